// os.execute for a prompt: a command that Ctrl-C ended takes its script along.

#include "bridge.h"

#include <CInterrupt.h>
#include <signal.h>
#include <string.h>

/// Whether the results of Lua's own os.execute say that Ctrl-C ended the command. A shell that waited
/// for such a command exits with 128 and the number of the signal.
static bool was_interrupted(lua_State *L) {
    if (lua_gettop(L) != 3 || lua_type(L, 2) != LUA_TSTRING) return false;
    lua_Integer code = lua_tointeger(L, 3);
    return strcmp(lua_tostring(L, 2), "signal") == 0 ? code == SIGINT : code == 128 + SIGINT;
}

/// While the C library waits for a command, this process ignores Ctrl-C: only the command gets it,
/// and may mean something else by it. So its end tells whether the user wanted to stop.
static int execute(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    if (was_interrupted(L)) {
        nj_interrupt_request();
        nj_check_interrupt(L);
    }
    return lua_gettop(L);
}

void nj_install_shell(lua_State *L) {
    lua_getglobal(L, LUA_OSLIBNAME);
    lua_getfield(L, -1, "execute");
    lua_pushcclosure(L, execute, 1);
    lua_setfield(L, -2, "execute");
    lua_pop(L, 1);
}
