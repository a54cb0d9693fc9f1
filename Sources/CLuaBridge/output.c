// What scripts print and warn, given to the host instead of the C library's standard output.

#include "bridge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int nj_write_standard(const void *bytes, size_t count) {
    return fwrite(bytes, 1, count, stdout) == count ? 0 : errno;
}

int nj_flush_standard(void) { return fflush(stdout) == 0 ? 0 : errno; }

void nj_warn_standard(const char *text) { fprintf(stderr, "nightjar: warning: %s\n", text); }

/// Gives text to the host; 0, or an errno value.
static int write_out(lua_State *L, const char *bytes, size_t count) {
    nj_host *host = nj_host_of(L);
    bool enforced = host->enforced;
    host->enforced = false;
    int code = host->callbacks.write(host->owner, bytes, count);
    host->enforced = enforced;
    return code;
}

/// Has the host send on what it was given; 0, or an errno value.
static int flush_out(lua_State *L) {
    nj_host *host = nj_host_of(L);
    bool enforced = host->enforced;
    host->enforced = false;
    int code = host->callbacks.flush(host->owner);
    host->enforced = enforced;
    return code;
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

// Methods of files, whose upvalues are the original function and the standard output file. What goes
// to the standard output goes to the host, in order with what print writes.

static bool is_standard_output(lua_State *L) { return lua_rawequal(L, 1, lua_upvalueindex(2)); }

static int call_original(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/// Pushes what Lua's own functions give after an error of the system.
static int push_failure(lua_State *L, int code) {
    errno = code;
    return luaL_fileresult(L, false, NULL);
}

static int file_write(lua_State *L) {
    if (!is_standard_output(L)) return call_original(L);
    int count = lua_gettop(L);
    for (int index = 2; index <= count; index++) {
        size_t length = 0;
        const char *bytes = luaL_checklstring(L, index, &length);
        int code = write_out(L, bytes, length);
        if (code != 0) return push_failure(L, code);
    }
    lua_settop(L, 1);
    return 1;
}

static int file_flush(lua_State *L) {
    if (!is_standard_output(L)) return call_original(L);
    int code = flush_out(L);
    return code == 0 ? luaL_fileresult(L, true, NULL) : push_failure(L, code);
}

/// io.write and io.flush. Upvalues: io.output, and the method of files.
static int apply_to_default(lua_State *L) {
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

/// Replaces a method in the table of methods on top, and what is called like it in io, which is at 1.
static void replace_method(lua_State *L, const char *name, lua_CFunction method) {
    lua_getfield(L, -1, name);
    lua_getfield(L, 1, "stdout");
    lua_pushcclosure(L, method, 2);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
    lua_getfield(L, 1, "output");
    lua_insert(L, -2);
    lua_pushcclosure(L, apply_to_default, 2);
    lua_setfield(L, 1, name);
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
    replace_method(L, "write", file_write);
    replace_method(L, "flush", file_flush);
    lua_settop(L, 0);
}
