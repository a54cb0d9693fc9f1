// Read-only libraries: scripts get an empty table that shows the real one.

#include "bridge.h"

#include <string.h>

/// Key in the metatable of a proxy: the table behind it.
static char behind_key;
/// Key of the registry: from a table to its proxy.
static char proxies_key;

bool nj_push_behind(lua_State *L, int index) {
    if (!lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, -1, &behind_key);
    lua_remove(L, -2);
    if (lua_istable(L, -1)) return true;
    lua_pop(L, 1);
    return false;
}

static int refuse(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "libraries are read-only here; use a table of your own");
    return luaL_error(L, "libraries are read-only here; keep '%s' in a table of your own",
                      lua_tostring(L, 2));
}

static int next_behind(lua_State *L) {
    lua_settop(L, 2);
    return lua_next(L, 1) ? 2 : 0;
}

static int pairs_behind(lua_State *L) {
    lua_pushcfunction(L, next_behind);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushnil(L);
    return 3;
}

static int length_behind(lua_State *L) {
    lua_pushinteger(L, luaL_len(L, lua_upvalueindex(1)));
    return 1;
}

/// rawset would reach around the refusal. Upvalue: the original function.
static int raw_set(lua_State *L) {
    if (lua_istable(L, 1) && nj_push_behind(L, 1)) return refuse(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static void seal(lua_State *L);

/// Seals the tables in the table on top.
static void seal_fields(lua_State *L) {
    luaL_checkstack(L, 8, "libraries are nested too deeply");
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (!lua_istable(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        seal(L);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);  // now: key, key, proxy
        lua_rawset(L, -4);
    }
}

/// Replaces the table on top by its proxy; the global table and proxies stay what they are.
static void seal(lua_State *L) {
    int table = lua_gettop(L);
    lua_pushglobaltable(L);
    bool is_global = lua_rawequal(L, -1, table);
    lua_pop(L, 1);
    if (is_global || nj_push_behind(L, table)) {
        lua_settop(L, table);
        return;
    }
    REGISTRY(L, proxies_key);
    lua_pushvalue(L, table);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, table);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
        lua_newtable(L);
        lua_pushvalue(L, table);
        lua_rawsetp(L, -2, &behind_key);
        lua_pushvalue(L, table);
        lua_setfield(L, -2, "__index");
        nj_set_function(L, "__newindex", refuse);
        lua_pushvalue(L, table);
        lua_pushcclosure(L, pairs_behind, 1);
        lua_setfield(L, -2, "__pairs");
        lua_pushvalue(L, table);
        lua_pushcclosure(L, length_behind, 1);
        lua_setfield(L, -2, "__len");
        static const char *const copied[] = {"__call", "__name"};
        for (int i = 0; i < 2; i++)
            if (luaL_getmetafield(L, table, copied[i]) != LUA_TNIL) lua_setfield(L, -2, copied[i]);
        lua_pushboolean(L, false);
        lua_setfield(L, -2, "__metatable");
        lua_setmetatable(L, -2);
        lua_pushvalue(L, table);
        seal_fields(L);
        lua_pop(L, 1);
    }
    lua_replace(L, table);
    lua_settop(L, table);
}

/// Gives scripts a table of their own for `package`: with the one that require uses they could open
/// other ways to code.
static void hide_package(lua_State *L) {
    static const char *const shown[] = {"config", "path", "loaded"};
    nj_show_fields(L, LUA_LOADLIBNAME, shown, sizeof shown / sizeof *shown);
}

static int seal_all(lua_State *L) {
    hide_package(L);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &proxies_key);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    // What is loaded stays open to require itself; scripts see it through package.loaded.
    lua_pushglobaltable(L);
    seal_fields(L);
    lua_pop(L, 1);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        if (lua_istable(L, -1)) {
            seal(L);
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, 1);
        } else {
            lua_pop(L, 1);
        }
    }
    lua_getglobal(L, "rawset");
    lua_pushcclosure(L, raw_set, 1);
    lua_setglobal(L, "rawset");
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    return 0;
}

int nj_seal_libraries(lua_State *L) {
    lua_pushcfunction(L, seal_all);
    return nj_call(L, 0, 0);
}
