// Everything about Lua that must not happen in Swift.
//
// Lua reports errors with longjmp, and a longjmp over a Swift frame skips its clean-up: objects
// leak and locks stay held. So every Lua function that can raise is called here, from C frames only. The
// Swift side calls the functions of this header and those parts of Lua's API that never raise, or
// raise for want of memory only. The latter cannot happen either while Swift runs: see `enforced`.

#ifndef NIGHTJAR_LUA_BRIDGE_H
#define NIGHTJAR_LUA_BRIDGE_H

#include "CLuaInspect.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/// What the Swift side does for the bridge. None of these may raise a Lua error.
typedef struct {
    /// Runs a Swift function on the arguments that `layout` describes; gives the number of results,
    /// or one of the `NJ_FAILED` values.
    int (*invoke)(void *function, lua_State *L, int layout);
    /// Gives up the bridge's hold on an object or function.
    void (*release)(void *retained);
    /// Takes text that a script printed; gives 0, or the errno value of what went wrong.
    int (*write)(void *owner, const char *bytes, size_t count);
    /// Sends on the text that it took; gives the same.
    int (*flush)(void *owner);
    /// Takes one whole warning.
    void (*warn)(void *owner, const char *text);
    /// Notes the calls active on `L` from `level` up, as the trace of the error called `identity`.
    void (*trace)(void *owner, lua_State *L, int level, const void *identity);
} nj_callbacks;

/// A Swift object or function that Lua holds.
///
/// Lua drops a finalizer that fails, as it may where the C stack is full. So what Lua holds is
/// listed here as well, outside of Lua's memory, and the list is emptied when the state closes.
typedef struct nj_held {
    /// Retained.
    void *object;
    /// Memory outside Lua's heap that it keeps.
    size_t bytes;
    /// What shares this memory with other objects, all of whom name the same owner, or NULL.
    const void *owner;
    struct nj_held *previous, *next;
} nj_held;

/// One Lua state with what the bridge knows about it.
typedef struct {
    lua_State *main;
    /// The coroutine that runs now, or NULL when no Lua code runs. Read by the signal handler.
    lua_State *volatile running;
    nj_callbacks callbacks;
    /// First argument of the callbacks.
    void *owner;

    /// Bytes in Lua's heap, the most there ever were, and the most allowed (0: no limit).
    size_t used, peak, limit;
    /// Bytes outside Lua's heap that live Lua objects keep.
    size_t native;
    /// All that Lua holds of Swift.
    nj_held *held;
    /// The owners of shared memory.
    struct nj_shares *shares;
    /// Native bytes taken that the collector has not been told of.
    size_t untold;
    /// Whether the allocator may refuse memory. False while a Swift frame stands on the stack: then
    /// it allocates beyond the limit and sets `over_limit`, which becomes an error on return.
    bool enforced, over_limit;

    /// Interrupt requests answered so far, of those that nj_interrupt_count() tells.
    volatile int served;
    /// Whether a request that came before the next call from outside concerns that call.
    bool heeds_earlier;
    /// Whether a kill reached Swift code; it goes on when that code returns, whatever it returns.
    bool kill_pending;
    /// Whether a kill ended a finalizer, which keeps every error; it goes on after the collection.
    bool kill_owed;
    /// Whether the close handlers of a coroutine run in which no hook does any more.
    volatile bool is_deaf;
    /// The coroutine that the hook suspended to stop it, until its resumer has seen that.
    lua_State *stopping;
    /// Why the script is stopped: one of the `NJ_STOP` values.
    int stop;
    /// The code with which a script exits.
    int exit_code;
    /// Whether a script caught an error since a trace was noted last; that trace is stale then.
    bool caught;
    /// What the Swift function that runs now is called, for the user who waits for it, or NULL.
    const char *volatile native_name;

    /// Limits of each call from outside; 0 for none.
    long long instruction_limit;
    double time_limit;
    /// Instructions that the running call may still take.
    long long instructions_left;
    /// Set by the clock's thread when the time of the running call is over.
    volatile bool time_is_over;
    /// Identifies the running call to that thread; 0 when no clock runs.
    volatile int deadline;
    void *clock;

    /// Whether the code is unknown: it has no finalizers and no say over the collector.
    bool is_restricted;
    /// Whether the state is being closed.
    bool closing;
    /// The folder beyond which no file is reached, and its path; -1 and NULL for no confinement.
    int folder;
    char *folder_path;

    /// A warning that is being put together from pieces.
    char warning[512];
    size_t warning_length;
} nj_host;

// MARK: State

/// Creates a state with the standard libraries, made safe; NULL when memory is short.
nj_host *nj_open(nj_callbacks callbacks, void *owner);

/// Limits Lua's heap and the native memory of its objects to `bytes`; 0 for no limit.
void nj_set_limit(nj_host *host, size_t bytes);

/// Closes the state; every object that Lua holds is released.
void nj_close(nj_host *host);

/// The host to which `L`, any coroutine of it, belongs.
static inline nj_host *nj_host_of(lua_State *L) {
    return *(nj_host **)lua_getextraspace(L);
}

/// Collects all garbage.
void nj_collect(lua_State *L);

// MARK: Calling Lua from Swift

/// Calls the function below `arguments` values; leaves its results, or the error value.
///
/// The status is Lua's. The outermost call forgets earlier requests to stop; an inner one remembers
/// a kill in `kill_pending`.
int nj_call(lua_State *L, int arguments, int results);

/// Whether this thread may use the state now: it is idle, or it runs here.
bool nj_is_own_thread(const nj_host *host);

/// Pushes the text of the value at `index` as Lua's tostring would; the status is that of the call.
int nj_tostring(lua_State *L, int index);

/// Replaces the key on top by the next key and value of the table at `index`.
///
/// Gives 1, or 0 after the last pair, or -1 if the table was changed on the way or the script must
/// stop, which `kill_pending` tells; nothing is left on the stack then.
int nj_next(lua_State *L, int index);

/// Loads the text of a file as a function: LUA_OK, or a status with a message. Never bytecode.
int nj_load_file(lua_State *L, const char *path);

/// Why a script is stopped.
enum {
    NJ_STOP_USER,         ///< Ctrl-C
    NJ_STOP_EXIT,         ///< the script asked to exit
    NJ_STOP_TIME,         ///< its time is over
    NJ_STOP_INSTRUCTIONS, ///< it took as many instructions as it may
};

/// Limits every call from outside to so many virtual instructions and seconds; 0 for no limit. An
/// instruction limit doubles the time of tight loops.
void nj_set_run_limits(nj_host *host, long long instructions, double seconds);

/// Lets scripts load code and reach files, through the functions of Lua's libraries, only below
/// `folder`; false if it is no folder that can be opened.
bool nj_confine(nj_host *host, const char *folder);

/// Why a path may not be used where files are confined, or NULL if it may.
const char *nj_path_problem(const nj_host *host, const char *path);

/// Makes new global variables warnings, or errors except in main chunks; false for want of memory.
bool nj_guard_globals(lua_State *L, bool refuses);

/// Makes the libraries that are loaded now read-only for scripts. The status is that of a call.
int nj_seal_libraries(lua_State *L);

/// Pushes the table behind the read-only one at `index`, if that is one.
bool nj_push_behind(lua_State *L, int index);

/// The index of Lua's registry, a macro that Swift cannot see.
static const int nj_registry = LUA_REGISTRYINDEX;

// MARK: Swift functions

/// Results of `invoke` that are failures; an error message or value is on top of the stack.
enum {
    NJ_FAILED = -1,    ///< raise the message, with the caller's position before it
    NJ_RETHROW = -2,   ///< raise the value as it is
    NJ_INTERRUPT = -3, ///< stop the script; nothing is on the stack
};

/// Values of `layout` from zero: how many arguments were given by position, plus this if an options
/// table gave others by name.
enum { NJ_NAMED = 256 };

/// Values of `layout` below zero: the arguments do not fit, and why.
enum {
    NJ_UNKNOWN_OPTION = -1, ///< the key is on top of the stack
    NJ_GIVEN_TWICE = -2,    ///< by position and by the name that is on top of the stack
    NJ_NOT_OPTIONS = -3,    ///< the last argument should be an options table
    NJ_TOO_MANY = -4,       ///< more arguments than the function takes
};

/// How a Swift function takes its arguments.
typedef struct {
    /// The Swift function, retained for the bridge; NULL once it was released.
    void *context;
    /// What users call it; lives as long as the function.
    const char *name;
    /// Set by the bridge.
    nj_held *held;
    /// 1 if the first argument is the receiver, else 0.
    int receiver;
    /// How many arguments are given by position, and how many more by name.
    int positional, options;
    /// Bit i is set if positional argument i may be a table, so that a table there is no options.
    unsigned takes_table;
    /// The argument that is the options table's own array part; 0 for none.
    int array_slot;
    /// Whether more arguments than these are dropped rather than refused.
    bool takes_extra;
    /// Whether arguments are left as they are.
    bool raw;
} nj_function;

/// Pushes a Swift function. If it takes arguments by name, the table on top of the stack, which
/// maps names to positions, is consumed; `context` is released when Lua has done with the function.
void nj_push_function(lua_State *L, nj_function function, bool has_names);

/// The Swift function at `index`, or NULL if it is none.
void *nj_to_function(lua_State *L, int index);

// MARK: Objects

/// The block of a userdata that stands for an object.
///
/// It says itself what it is, as asking its metatable costs several calls, and every method asks for
/// its receiver. Scripts make no userdata, and those of other libraries lack the mark.
typedef struct {
    /// NULL once the object was released.
    nj_held *held;
    void *class_id;
    /// The address of a variable of the bridge.
    const void *mark;
} nj_object;

/// Makes the table on top of the stack the metatable of `class_id` and pops it.
void nj_set_class(lua_State *L, void *class_id);

/// Pushes the userdata that stands for `object`, if there is one.
bool nj_push_known_object(lua_State *L, void *object);

/// Pushes a new userdata for `object`, which the caller has retained for it. The `bytes` count once
/// for all objects with the same `owner`, unless that is NULL.
void nj_push_object(lua_State *L, void *object, void *class_id, size_t bytes, const void *owner,
                    bool has_identity);

/// The block of the object at `index`, or NULL if the value is something else. It lives as long as
/// the value.
const nj_object *nj_object_at(lua_State *L, int index);

/// Releases the object at `index` before the collector does; false if the value is something else.
bool nj_release_object(lua_State *L, int index);

/// Pushes a function for `__close` that does the same.
void nj_push_release(lua_State *L);

/// Replaces four values on top (Swift function that indexes by number or false, methods, property
/// getters, function for unknown keys) by a function for `__index`.
void nj_push_object_index(lua_State *L);

/// Replaces two values on top (prefix of Lua modules or nil, function for unknown keys) by a
/// function for a module's `__index`.
void nj_push_module_index(lua_State *L);

/// Whether `bytes` more fit into the limit, if need be after a collection.
bool nj_reserve(lua_State *L, size_t bytes);

/// Notes that `bytes` of memory outside Lua's heap were taken, so that the collector hurries.
void nj_account(nj_host *host, size_t bytes);

// MARK: Output

/// Write to the process's standard output, where scripts print unless the host takes their text, and
/// send on what was written; they give 0, or an errno value.
int nj_write_standard(const void *bytes, size_t count);
int nj_flush_standard(void);

/// Writes a warning to the process's standard error.
void nj_warn_standard(const char *text);

// MARK: Interrupt

/// Makes SIGINT stop Lua code in every state, in whatever thread it runs.
///
/// A second press that comes while the first is not answered says what it waits for, and a third
/// ends the process with code 130; presses within a fifth of a second count once for that.
void nj_handle_interrupts(void);

/// Stops Lua code that runs now in any state; async-signal-safe. `count` is not used.
void nj_stop_running(int count);

/// Whether the value at `index` is the one that stops a script.
bool nj_is_kill(lua_State *L, int index);

/// Pushes the value that stops a script: a table whose field `partial` holds what was done so far.
void nj_push_kill(lua_State *L);

#endif
