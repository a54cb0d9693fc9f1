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
    /// Takes text that a script printed.
    void (*write)(void *owner, const char *bytes, size_t count);
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
    /// Native bytes taken that the collector has not been told of.
    size_t untold;
    /// Whether the allocator may refuse memory. False while a Swift frame stands on the stack: then
    /// it allocates beyond the limit and sets `over_limit`, which becomes an error on return.
    bool enforced, over_limit;

    /// Interrupt requests answered so far, of those that nj_interrupt_count() tells.
    int served;
    /// Whether a kill reached Swift code; it goes on when that code returns, whatever it returns.
    bool kill_pending;
    /// Whether a script caught an error since a trace was noted last; that trace is stale then.
    bool caught;
    /// Whether the script asked to exit, and with which code.
    bool exiting;
    int exit_code;

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
/// Gives 1, or 0 after the last pair, or -1 if the table was changed on the way; nothing is left on
/// the stack then.
int nj_next(lua_State *L, int index);

/// Loads the text of a file as a function: LUA_OK, or a status with a message. Never bytecode.
int nj_load_file(lua_State *L, const char *path);

/// Makes setmetatable refuse `__gc`: finalizers run where neither the memory limit nor an interrupt
/// can stop them.
void nj_forbid_finalizers(lua_State *L);

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

/// Makes the table on top of the stack the metatable of `class_id` and pops it.
void nj_set_class(lua_State *L, void *class_id);

/// Pushes the userdata that stands for `object`, if there is one.
bool nj_push_known_object(lua_State *L, void *object);

/// Pushes a new userdata for `object`, which the caller has retained for it.
void nj_push_object(lua_State *L, void *object, void *class_id, size_t bytes, bool has_identity);

/// The object at `index`, or NULL if it was released or the value is something else. `class_id` is
/// set to its class, or to NULL if the value is something else.
void *nj_to_object(lua_State *L, int index, void **class_id);

/// Releases the object at `index` before the collector does; false if the value is something else.
bool nj_release_object(lua_State *L, int index);

/// Pushes a function for `__close` that does the same.
void nj_push_release(lua_State *L);

/// Replaces four values on top (methods, property getters, integer indexer or false, function for
/// unknown keys) by a function for `__index`.
void nj_push_object_index(lua_State *L);

/// Replaces two values on top (prefix of Lua modules or nil, function for unknown keys) by a
/// function for a module's `__index`.
void nj_push_module_index(lua_State *L);

/// Notes that `bytes` of memory outside Lua's heap were taken, so that the collector hurries.
void nj_account(nj_host *host, size_t bytes);

// MARK: Output

/// Writes to the process's standard output, where scripts print unless the host takes their text.
void nj_write_standard(const void *bytes, size_t count);

/// Writes a warning to the process's standard error.
void nj_warn_standard(const char *text);

// MARK: Interrupt

/// Makes SIGINT stop Lua code in every state, in whatever thread it runs.
void nj_handle_interrupts(void);

/// Stops Lua code that runs now in any state; async-signal-safe. `count` is not used.
void nj_stop_running(int count);

/// Whether the value at `index` is the one that stops a script.
bool nj_is_kill(lua_State *L, int index);

/// Pushes the value that stops a script: a table whose field `partial` holds what was done so far.
void nj_push_kill(lua_State *L);

#endif
