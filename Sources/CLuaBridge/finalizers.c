// Finalizers of scripts, run where they can be stopped.
//
// Lua runs a finalizer with hooks off, so one that loops could not be interrupted. So scripts'
// tables are not marked for finalization themselves. A *sentinel* is, a userdata that becomes garbage
// together with its table, and its finalizer runs the script's one in a coroutine, where hooks work.

#include "bridge.h"

/// Key of the registry: from a table to its sentinel. The keys are weak, and a sentinel refers back
/// to its table only, so the entry keeps neither alive.
static char sentinels_key;
/// Key of the registry: the metatable of sentinels.
static char sentinel_class_key;

/// Leaves a kill that ended a finalizer to the coroutine that the collection interrupted.
static void pass_on_kill(lua_State *L) {
    nj_host *host = nj_host_of(L);
    host->kill_owed = true;
    if (!host->closing) nj_arm(L);
}

/// Runs `coroutine`, which has a function and its argument on its stack.
static int run(lua_State *L, lua_State *coroutine) {
    nj_host *host = nj_host_of(L);
    lua_State *running = host->running;
    int results = 0;
    host->running = coroutine;
    int status = lua_resume(coroutine, L, 1, &results);
    host->running = running;
    bool is_killed = host->stopping == coroutine;
    if (is_killed) host->stopping = NULL;
    else if (status == LUA_OK) return 0;
    else if (status == LUA_YIELD) lua_pushliteral(coroutine, "attempt to yield from a finalizer");
    else is_killed = nj_is_kill(coroutine, -1);
    if (is_killed) {
        nj_close_coroutine(L, coroutine);
        pass_on_kill(L);
        return 0;
    }
    lua_pushvalue(coroutine, -1);
    lua_xmove(coroutine, L, 1);
    nj_close_coroutine(L, coroutine);
    return lua_error(L);  // becomes a warning
}

/// The finalizer of a sentinel.
static int finalize(lua_State *L) {
    if (nj_host_of(L)->kill_owed) return 0;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    REGISTRY(L, sentinels_key);
    lua_pushvalue(L, 2);
    lua_pushnil(L);
    lua_rawset(L, 3);
    lua_settop(L, 2);
    if (luaL_getmetafield(L, 2, "__gc") == LUA_TNIL) return 0;
    lua_State *coroutine = lua_newthread(L);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 2);
    lua_xmove(L, coroutine, 2);
    return run(L, coroutine);
}

/// Makes the sentinel of the table at 1, unless it has one.
static void watch(lua_State *L) {
    REGISTRY(L, sentinels_key);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_newuserdatauv(L, 0, 1);
        lua_pushvalue(L, 1);
        lua_setiuservalue(L, -2, 1);
        REGISTRY(L, sentinel_class_key);
        lua_setmetatable(L, -2);
        lua_rawset(L, -4);
    }
    lua_settop(L, 2);
}

/// setmetatable. A metatable with `__gc` lacks it while it is set, so that Lua does not mark the
/// table for finalization.
static int set_metatable(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int type = lua_type(L, 2);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    lua_settop(L, 2);
    bool finalizes = false;
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        finalizes = lua_rawget(L, 2) != LUA_TNIL;
        lua_pop(L, 1);
    }
    if (!finalizes) {
        lua_setmetatable(L, 1);
        return 1;
    }
    if (nj_host_of(L)->is_restricted)
        return luaL_error(L, "__gc is not available here; use a variable with <close>");
    watch(L);
    lua_pushliteral(L, "__gc");
    lua_pushvalue(L, -1);
    lua_rawget(L, 2);  // now: table, metatable, "__gc", finalizer
    lua_pushvalue(L, 3);
    lua_pushnil(L);
    lua_rawset(L, 2);
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 1);
    lua_rawset(L, 2);
    lua_settop(L, 1);
    return 1;
}

void nj_install_finalizers(lua_State *L) {
    nj_set_weak_table(L, &sentinels_key, "k");
    lua_newtable(L);
    nj_set_function(L, "__gc", finalize);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sentinel_class_key);
    lua_register(L, "setmetatable", set_metatable);
}
