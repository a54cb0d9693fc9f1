// What the files of the bridge share.

#ifndef NIGHTJAR_BRIDGE_H
#define NIGHTJAR_BRIDGE_H

#include "CLuaBridge.h"

#include <lauxlib.h>
#include <lualib.h>

#define unlikely(condition) __builtin_expect((condition) != 0, 0)

/// Address of a static variable as a key of the registry.
#define REGISTRY(L, key) lua_rawgetp((L), LUA_REGISTRYINDEX, &(key))

/// Each replaces functions of the standard libraries; called once, under a protected call.
void nj_install_interrupt(lua_State *L);
void nj_install_protected(lua_State *L);
void nj_install_load(lua_State *L);
void nj_install_functions(lua_State *L);
void nj_install_objects(lua_State *L);
void nj_install_output(lua_State *L);
void nj_install_finalizers(lua_State *L);
void nj_install_patterns(lua_State *L);
void nj_install_shell(lua_State *L);
void nj_install_sort(lua_State *L);
void nj_install_tables(lua_State *L);

/// Loads the text of a file below the folder of the host: LUA_OK, or a status with a message.
int nj_load_below(lua_State *L, const char *path);

/// Runs a Swift function, whose block an upvalue of the running C function is, on the arguments on
/// the stack; gives the number of its results. Only C frames are alive where it raises.
int nj_run_function(lua_State *L, const nj_function *function);

/// `__index` of objects.
int nj_object_index(lua_State *L);

/// Notes that Lua holds `object`, which is retained.
nj_held *nj_hold(nj_host *host, void *object, size_t bytes, const void *owner);

/// Counts one more holder of what `owner` owns; whether it is the first.
bool nj_join_share(nj_host *host, const void *owner);

/// Counts one less; whether it was the last.
bool nj_leave_share(nj_host *host, const void *owner);

/// A Swift frame is on the stack and the machine has no memory: no way on is sound.
_Noreturn void nj_out_of_memory(size_t bytes);

/// Releases what `*held` holds, if that was not done before, and clears `*held`.
void nj_let_go(nj_host *host, nj_held **held);

/// Stops the script: raises the value that no protected call keeps.
_Noreturn void nj_raise_kill(lua_State *L);

/// Raises the kill if the user asked to stop and nothing has answered yet.
void nj_check_interrupt(lua_State *L);

/// Replaces the error value on top of the stack by one that names the limit, if memory was short.
void nj_name_limit(lua_State *L, int status);

/// Goes on with a kill; any other error value on top of the stack becomes what a script should see.
void nj_filter_error(lua_State *L, int status);

/// Counts work of C code as `instructions`, and stops the script if it must. C code that can work
/// for long calls this now and then.
void nj_spend(lua_State *L, long long instructions);

/// Forgets earlier requests to stop, unless they are to be heeded, and starts the limits anew; called
/// before user code starts.
void nj_begin_run(nj_host *host);

/// Marks this thread as the one that runs the host, and back.
int nj_enter(nj_host *host);
void nj_leave(int slot);

/// Starts the clock of the time limit, and stops it.
void nj_start_clock(nj_host *host);
void nj_stop_clock(nj_host *host);

/// Sets the hook that stops `L` before its next instruction.
void nj_arm(lua_State *L);

/// Runs the pending close handlers of a coroutine; its error, if any, is left on top of its stack.
int nj_close_coroutine(lua_State *L, lua_State *coroutine);

/// Notes the calls active on `L` from `level` up as the trace of the value on top of `error`.
void nj_note_trace(lua_State *L, int level, lua_State *error);

/// Replaces a library, for scripts and for require, by a table with only some of its fields.
void nj_show_fields(lua_State *L, const char *library, const char *const *names, int count);

/// Raises an error unless the value at `index` is a list or acts as one.
void nj_check_list(lua_State *L, int index);

/// Makes a table of the registry with weak keys (`"k"`) or values (`"v"`).
void nj_set_weak_table(lua_State *L, const void *key, const char *mode);

/// Sets field `name` of the table on top to a C function.
static inline void nj_set_function(lua_State *L, const char *name, lua_CFunction function) {
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
}

#endif
