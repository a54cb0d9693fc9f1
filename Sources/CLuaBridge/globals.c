// New global variables, which are most often forgotten `local`s: told, or refused.

#include "bridge.h"

#include <string.h>

/// Key of the registry: the set of names that a main chunk assigned, nil included.
static char declared_key;

/// Sets the global variable of arguments 2 and 3, and remembers that it is meant.
static int declare(lua_State *L) {
    lua_settop(L, 3);
    REGISTRY(L, declared_key);
    lua_pushvalue(L, 2);
    lua_pushboolean(L, true);
    lua_rawset(L, -3);
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

/// Whether a main chunk, or anything at the level of warnings, assigned the variable of argument 2.
static bool is_declared(lua_State *L) {
    REGISTRY(L, declared_key);
    lua_pushvalue(L, 2);
    bool found = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return found;
}

/// The name of the variable in argument 2, if it is one that a script may write.
static const char *name_of(lua_State *L) {
    return lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
}

/// `__newindex` that warns, once for each name.
static int warn_of_new(lua_State *L) {
    luaL_where(L, 1);
    const char *place = lua_tostring(L, -1), *name = name_of(L);
    if (name != NULL && place[0] != '\0' && !is_declared(L)) {
        nj_host *host = nj_host_of(L);
        const char *text = lua_pushfstring(
            L, "%snew global '%s'; write 'local %s' unless other files need it", place, name, name);
        bool enforced = host->enforced;
        host->enforced = false;
        host->callbacks.warn(host->owner, text);
        host->enforced = enforced;
    }
    return declare(L);
}

/// `__newindex` that refuses, except in a main chunk, which declares its variables so.
static int refuse_new(lua_State *L) {
    lua_Debug caller;
    bool is_function = lua_getstack(L, 1, &caller) && lua_getinfo(L, "S", &caller) &&
                       strcmp(caller.what, "Lua") == 0;
    const char *name = name_of(L);
    if (is_function && name != NULL && !is_declared(L)) {
        return luaL_error(L, "assignment to undeclared variable '%s'; write 'local %s', or give it a "
                          "value outside of functions first", name, name);
    }
    return declare(L);
}

/// `__index` for names that no main chunk assigned.
static int refuse_unknown(lua_State *L) {
    const char *name = name_of(L);
    if (name == NULL || is_declared(L)) return 0;
    return luaL_error(L, "undeclared variable '%s'", name);
}

static int guard(lua_State *L) {
    bool refuses = lua_toboolean(L, 1);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &declared_key);
    lua_pushglobaltable(L);
    lua_newtable(L);
    nj_set_function(L, "__newindex", refuses ? refuse_new : warn_of_new);
    if (refuses) nj_set_function(L, "__index", refuse_unknown);
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    return 0;
}

bool nj_guard_globals(lua_State *L, bool refuses) {
    lua_pushcfunction(L, guard);
    lua_pushboolean(L, refuses);
    return lua_pcall(L, 1, 0, 0) == LUA_OK;
}
