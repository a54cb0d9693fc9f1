// pcall, xpcall and coroutines that let a kill pass and tell which coroutine runs.

#include "bridge.h"

/// Key of the registry: the message for want of memory, made while there is some.
static char limit_key;

void nj_set_limit(nj_host *host, size_t bytes) {
    lua_State *L = host->main;
    lua_pushfstring(L, "memory limit of %d MiB exceeded", (int)(bytes >> 20));
    lua_rawsetp(L, LUA_REGISTRYINDEX, &limit_key);
    host->limit = bytes;
}

void nj_name_limit(lua_State *L, int status) {
    if (status != LUA_ERRMEM || nj_host_of(L)->limit == 0) return;
    lua_pop(L, 1);
    REGISTRY(L, limit_key);
}

void nj_filter_error(lua_State *L, int status) {
    if (nj_is_kill(L, -1)) nj_raise_kill(L);
    nj_name_limit(L, status);
}

// MARK: pcall and xpcall

/// Ends both, also after a yield inside: gives `true` and the results that stand above `skipped`
/// values, or `false` and the error.
static int finish(lua_State *L, int status, lua_KContext skipped) {
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)skipped;
    nj_filter_error(L, status);
    nj_host_of(L)->caught = true;
    lua_pushboolean(L, false);
    lua_insert(L, -2);
    return 2;
}

static int protected_call(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, true);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish);
    return finish(L, status, 0);
}

/// Calls the script's message handler, except for a kill: the handler would run inside the stop
/// hook, where a loop could not be interrupted.
static int guarded_handler(lua_State *L) {
    if (nj_is_kill(L, 1)) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int protected_call_with_handler(lua_State *L) {
    luaL_checktype(L, 2, LUA_TFUNCTION);
    int arguments = lua_gettop(L) - 2;
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, guarded_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, true);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);  // now: function, handler, true, function, arguments
    int status = lua_pcallk(L, arguments, LUA_MULTRET, 2, 2, finish);
    return finish(L, status, 2);
}

// MARK: Coroutines

static lua_State *check_coroutine(lua_State *L) {
    lua_State *coroutine = lua_tothread(L, 1);
    luaL_argexpected(L, coroutine, 1, "coroutine");
    return coroutine;
}

int nj_close_coroutine(lua_State *L, lua_State *coroutine) {
    nj_host *host = nj_host_of(L);
    lua_State *running = host->running;
    host->running = coroutine;
    int status = lua_resetthread(coroutine);
    host->running = running;
    return status;
}

/// Goes on with a kill that ended `coroutine`, once its close handlers have run.
_Noreturn static void stop_with(lua_State *L, lua_State *coroutine) {
    nj_push_kill(L);
    nj_note_trace(coroutine, 0, L);
    nj_close_coroutine(L, coroutine);
    nj_host_of(L)->is_deaf = false;
    nj_raise_kill(L);
}

/// Moves `arguments` values to `coroutine` and runs it on. Gives the number of results, moved to
/// `L`, or -1 with the error on top of `L`; the coroutine's frames are then still there.
static int resume(lua_State *L, lua_State *coroutine, int arguments) {
    nj_host *host = nj_host_of(L);
    nj_check_interrupt(L);
    if (unlikely(!lua_checkstack(coroutine, arguments))) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, coroutine, arguments);
    int results = 0;
    host->running = coroutine;
    int status = lua_resume(coroutine, L, arguments, &results);
    host->running = L;
    if (unlikely(host->stopping == coroutine)) {
        host->stopping = NULL;
        stop_with(L, coroutine);
    }
    if (status == LUA_OK || status == LUA_YIELD) {
        if (unlikely(!lua_checkstack(L, results + 1))) {
            lua_pop(coroutine, results);
            lua_pushliteral(L, "too many results to resume");
            return -1;
        }
        lua_xmove(coroutine, L, results);
        nj_check_interrupt(L);  // a signal that came between the two set its hook on the other one
        return results;
    }
    if (nj_is_kill(coroutine, -1)) stop_with(L, coroutine);
    lua_xmove(coroutine, L, 1);
    nj_filter_error(L, status);
    return -1;
}

static int coroutine_resume(lua_State *L) {
    lua_State *coroutine = check_coroutine(L);
    int results = resume(L, coroutine, lua_gettop(L) - 1);
    lua_pushboolean(L, results >= 0);
    if (results < 0) {
        nj_host_of(L)->caught = true;
        results = 1;
    }
    lua_insert(L, -(results + 1));
    return results + 1;
}

/// A step of the function that coroutine.wrap gives. An error closes the coroutine and goes on,
/// with the position of the caller before a message and the coroutine's frames in the trace.
static int wrap_step(lua_State *L) {
    lua_State *coroutine = lua_tothread(L, lua_upvalueindex(1));
    int results = resume(L, coroutine, lua_gettop(L));
    if (results >= 0) return results;
    int status = lua_status(coroutine);
    lua_pushvalue(L, -1);
    if (lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    if (status != LUA_OK && status != LUA_YIELD) {
        nj_note_trace(coroutine, 0, L);
        status = nj_close_coroutine(L, coroutine);
        lua_xmove(coroutine, L, 1);
        // An error while closing takes the place of the first one, which stands below the message.
        if (lua_rawequal(L, -1, -3)) lua_pop(L, 1);
        else nj_filter_error(L, status);
    }
    return lua_error(L);
}

static int coroutine_wrap(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *coroutine = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, coroutine, 1);
    lua_pushcclosure(L, wrap_step, 1);
    return 1;
}

static int coroutine_close(lua_State *L) {
    lua_State *coroutine = check_coroutine(L);
    lua_Debug activation;
    bool is_active = lua_status(coroutine) == LUA_OK && lua_getstack(coroutine, 0, &activation);
    if (coroutine == L || is_active)
        return luaL_error(L, "cannot close a coroutine that is running or resumed another one");
    if (nj_close_coroutine(L, coroutine) == LUA_OK) {
        lua_pushboolean(L, true);
        return 1;
    }
    lua_xmove(coroutine, L, 1);
    if (nj_is_kill(L, -1)) nj_raise_kill(L);
    lua_pushboolean(L, false);
    lua_insert(L, -2);
    return 2;
}

void nj_install_protected(lua_State *L) {
    lua_pushglobaltable(L);
    nj_set_function(L, "pcall", protected_call);
    nj_set_function(L, "xpcall", protected_call_with_handler);
    lua_getfield(L, -1, LUA_COLIBNAME);
    nj_set_function(L, "resume", coroutine_resume);
    nj_set_function(L, "wrap", coroutine_wrap);
    nj_set_function(L, "close", coroutine_close);
    lua_pop(L, 2);
}
