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

/// Notes that Lua holds `object`, which is retained.
nj_held *nj_hold(nj_host *host, void *object, size_t bytes);

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

/// Forgets earlier requests to stop; called before user code starts.
void nj_forget_interrupts(nj_host *host);

/// Marks this thread as the one that runs the host, and back.
int nj_enter(nj_host *host);
void nj_leave(int slot);

/// Sets field `name` of the table on top to a C function.
static inline void nj_set_function(lua_State *L, const char *name, lua_CFunction function) {
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
}

#endif
