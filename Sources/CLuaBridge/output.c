// What scripts print and warn, given to the host instead of the C library's standard output.

#include "bridge.h"

#include <stdio.h>
#include <string.h>

void nj_write_standard(const void *bytes, size_t count) { fwrite(bytes, 1, count, stdout); }

void nj_warn_standard(const char *text) { fprintf(stderr, "nightjar: warning: %s\n", text); }

static void write_out(lua_State *L, const char *bytes, size_t count) {
    nj_host *host = nj_host_of(L);
    bool enforced = host->enforced;
    host->enforced = false;
    host->callbacks.write(host->owner, bytes, count);
    host->enforced = enforced;
}

static int print(lua_State *L) {
    int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int index = 1; index <= count; index++) {
        if (index > 1) luaL_addchar(&line, '\t');
        luaL_tolstring(L, index, NULL);
        luaL_addvalue(&line);
    }
    luaL_addchar(&line, '\n');
    luaL_pushresult(&line);
    size_t length = 0;
    const char *bytes = lua_tolstring(L, -1, &length);
    write_out(L, bytes, length);
    return 0;
}

/// file:write. Upvalues: the original function, the standard output file. What goes to the standard
/// output goes to the host, in order with what print writes.
static int write_file(lua_State *L) {
    int count = lua_gettop(L);
    if (!lua_rawequal(L, 1, lua_upvalueindex(2))) {
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_insert(L, 1);
        lua_call(L, count, LUA_MULTRET);
        return lua_gettop(L);
    }
    for (int index = 2; index <= count; index++) {
        size_t length = 0;
        const char *bytes = luaL_checklstring(L, index, &length);
        write_out(L, bytes, length);
    }
    lua_settop(L, 1);
    return 1;
}

/// io.write. Upvalues: io.output, and the function above.
static int write_default(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_call(L, 0, 1);
    lua_rotate(L, 1, 2);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/// Joins the pieces of a warning; one that starts with `@` is a control message, as in Lua.
static void warn(void *context, const char *piece, int to_be_continued) {
    nj_host *host = context;
    size_t room = sizeof host->warning - 1 - host->warning_length;
    size_t length = strlen(piece);
    if (length > room) length = room;
    memcpy(host->warning + host->warning_length, piece, length);
    host->warning_length += length;
    if (to_be_continued) return;
    host->warning[host->warning_length] = '\0';
    host->warning_length = 0;
    if (host->warning[0] == '@') return;
    bool enforced = host->enforced;
    host->enforced = false;
    host->callbacks.warn(host->owner, host->warning);
    host->enforced = enforced;
}

void nj_install_output(lua_State *L) {
    lua_setwarnf(L, warn, nj_host_of(L));
    lua_register(L, "print", print);

    lua_getglobal(L, LUA_IOLIBNAME);
    luaL_getmetatable(L, LUA_FILEHANDLE);
    // With the metatable of files a script could set finalizers that nothing stops.
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_getfield(L, -1, "__index");
    lua_getfield(L, -1, "write");
    lua_getfield(L, 1, "stdout");
    lua_pushcclosure(L, write_file, 2);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "write");
    lua_getfield(L, 1, "output");
    lua_insert(L, -2);
    lua_pushcclosure(L, write_default, 2);
    lua_setfield(L, 1, "write");
    lua_settop(L, 0);
}
