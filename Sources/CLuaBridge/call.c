// The way from Lua into Swift and back.

#include "bridge.h"

#include <CInterrupt.h>

static char function_class_key;

// MARK: Lua calls Swift

/// Moves the values of the options table at `table` to the arguments that they belong to and drops
/// it. Gives the layout.
static int spread_options(lua_State *L, const nj_function *function, int table, int given) {
    int slots = function->receiver + function->positional + function->options;
    int names = lua_upvalueindex(2);
    lua_pushvalue(L, table);
    lua_pushnil(L);
    lua_replace(L, table);
    while (lua_gettop(L) <= slots) {
        lua_pushnil(L);
        lua_insert(L, -2);
    }
    table = slots + 1;
    lua_settop(L, table);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pushvalue(L, -2);
        int slot = 0;
        if (lua_rawget(L, names) == LUA_TNUMBER) slot = (int)lua_tointeger(L, -1);
        lua_pop(L, 1);
        if (slot > 0) {
            if (unlikely(slot <= function->receiver + given)) {
                lua_pop(L, 1);
                return NJ_GIVEN_TWICE;
            }
            lua_replace(L, slot);
        } else {
            lua_pop(L, 1);
            if (!function->array_slot || !lua_isinteger(L, -1)) return NJ_UNKNOWN_OPTION;
        }
    }
    if (function->array_slot != 0 && lua_rawlen(L, table) > 0) lua_replace(L, function->array_slot);
    lua_settop(L, slots);
    return given | NJ_NAMED;
}

/// Lays the arguments out as the declaration lists them: receiver, positional arguments, options,
/// with nil for what was left out. Gives the layout.
static int lay_out(lua_State *L, const nj_function *function) {
    int receiver = function->receiver;
    int slots = receiver + function->positional + function->options;
    int last = lua_gettop(L);
    // Without options, what was left out at the end need not be told from nil.
    if (function->options == 0 && (last <= slots || function->takes_extra)) {
        if (unlikely(last < slots)) luaL_checkstack(L, slots + LUA_MINSTACK, "too many arguments");
        if (last != slots) lua_settop(L, slots);
        return slots - receiver;
    }
    while (last > receiver && lua_isnil(L, last)) last--;
    int given = last > receiver ? last - receiver : 0;
    if (unlikely(slots > last)) luaL_checkstack(L, slots - last + LUA_MINSTACK, "too many options");

    if (given > 0 && function->options > 0) {
        bool is_table = lua_istable(L, last);
        lua_settop(L, last);
        if (given == function->positional + 1) {
            if (!is_table) return NJ_NOT_OPTIONS;
            return spread_options(L, function, last, given - 1);
        }
        bool is_positional = function->takes_table >> (given - 1) & 1;
        if (is_table && given <= function->positional && !is_positional)
            return spread_options(L, function, last, given - 1);
    }
    if (unlikely(given > function->positional) && !function->takes_extra) return NJ_TOO_MANY;
    lua_settop(L, slots);
    return given;
}

/// Puts the position of the innermost Lua function before the message on top of the stack.
static void add_position(lua_State *L) {
    lua_Debug activation;
    for (int level = 1; lua_getstack(L, level, &activation); level++) {
        lua_getinfo(L, "Sl", &activation);
        if (activation.currentline <= 0) continue;
        lua_pushfstring(L, "%s:%d: ", activation.short_src, activation.currentline);
        lua_insert(L, -2);
        lua_concat(L, 2);
        return;
    }
}

static void raise_limit(lua_State *L) {
    lua_pushnil(L);
    nj_name_limit(L, LUA_ERRMEM);
    add_position(L);
    lua_error(L);
}

/// Does what had to wait until no Swift frame was on the stack.
static void settle(lua_State *L, nj_host *host) {
    if (host->untold >= 1 << 16) {
        size_t kibibytes = host->untold >> 10;
        host->untold = 0;
        lua_gc(L, LUA_GCSTEP, (int)(kibibytes < 1 << 30 ? kibibytes : 1 << 30));
    }
    if (!host->over_limit) return;
    host->over_limit = false;
    lua_gc(L, LUA_GCCOLLECT);
    if (host->limit != 0 && host->used + host->native > host->limit)
        raise_limit(L);
}

int nj_run_function(lua_State *L, const nj_function *function) {
    nj_host *host = nj_host_of(L);
    if (unlikely(function->context == NULL))
        return luaL_error(L, "this function was released, as the Lua state is closing");
    int layout = function->raw ? lua_gettop(L) : lay_out(L, function);

    bool enforced = host->enforced;
    const char *caller_name = host->native_name;
    host->enforced = false;
    host->native_name = function->name;
    int results = host->callbacks.invoke(function->context, L, layout);
    host->native_name = caller_name;
    host->enforced = enforced;

    if (unlikely(results < 0 || host->kill_pending)) {
        if (results == NJ_INTERRUPT || host->kill_pending) nj_raise_kill(L);
        if (results == NJ_FAILED) add_position(L);
        return lua_error(L);
    }
    if (unlikely(host->untold >= 1 << 16 || host->over_limit)) settle(L, host);
    return results;
}

/// The C function behind every Swift function.
static int trampoline(lua_State *L) {
    return nj_run_function(L, lua_touserdata(L, lua_upvalueindex(1)));
}

static int release_function(lua_State *L) {
    nj_function *function = lua_touserdata(L, 1);
    function->context = NULL;
    nj_let_go(nj_host_of(L), &function->held);
    return 0;
}

void nj_push_function(lua_State *L, nj_function function, bool has_names) {
    nj_function *block = lua_newuserdatauv(L, sizeof function, 0);
    *block = function;
    block->held = nj_hold(nj_host_of(L), function.context, 0, NULL);
    REGISTRY(L, function_class_key);
    lua_setmetatable(L, -2);
    if (has_names) lua_insert(L, -2);
    lua_pushcclosure(L, trampoline, has_names ? 2 : 1);
}

void *nj_to_function(lua_State *L, int index) {
    lua_CFunction entrance = lua_tocfunction(L, index);
    if (entrance != trampoline && entrance != nj_object_index) return NULL;
    if (lua_getupvalue(L, index, 1) == NULL) return NULL;
    const nj_function *function = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return function == NULL ? NULL : function->context;
}

void nj_install_functions(lua_State *L) {
    lua_newtable(L);
    nj_set_function(L, "__gc", release_function);
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &function_class_key);
}

// MARK: Swift calls Lua

void nj_note_trace(lua_State *L, int level, lua_State *error) {
    nj_host *host = nj_host_of(L);
    bool enforced = host->enforced;
    host->enforced = false;
    host->callbacks.trace(host->owner, L, level, lua_topointer(error, -1));
    host->enforced = enforced;
}

/// Notes where an error was raised, before the frames are gone.
static int note_trace(lua_State *L) {
    nj_note_trace(L, 1, L);
    return 1;
}

int nj_call(lua_State *L, int arguments, int results) {
    nj_host *host = nj_host_of(L);
    lua_State *caller = host->running;
    bool enforced = host->enforced;
    int base = lua_gettop(L) - arguments;
    if (!lua_checkstack(L, LUA_MINSTACK)) {
        lua_settop(L, base - 1);
        lua_pushliteral(L, "stack overflow");
        return LUA_ERRRUN;
    }
    lua_pushcfunction(L, note_trace);
    lua_insert(L, base);

    int slot = -1;
    const char *native_name = host->native_name;
    if (caller == NULL) {
        nj_begin_run(host);
        slot = nj_enter(host);
        nj_start_clock(host);
    }
    host->running = L;
    // A request that came before that line found nothing to set the hook on.
    if (caller == NULL && unlikely(nj_interrupt_count() > 0)) nj_arm(L);
    host->native_name = NULL;
    host->enforced = true;
    int status = lua_pcall(L, arguments, results, base);
    host->enforced = enforced;
    host->native_name = native_name;
    host->running = caller;
    if (caller == NULL) {
        nj_stop_clock(host);
        nj_leave(slot);
    }

    lua_remove(L, base);
    if (status == LUA_OK) return status;
    if (nj_is_kill(L, -1)) host->kill_pending = caller != NULL;
    else nj_name_limit(L, status);
    return status;
}

static int to_text(lua_State *L) {
    luaL_tolstring(L, 1, NULL);
    return 1;
}

int nj_tostring(lua_State *L, int index) {
    index = lua_absindex(L, index);
    lua_pushcfunction(L, to_text);
    lua_pushvalue(L, index);
    return nj_call(L, 1, 1);
}

static int next_pair(lua_State *L) { return lua_next(L, 1) ? 2 : 0; }

int nj_next(lua_State *L, int index) {
    int base = lua_gettop(L) - 1;
    index = lua_absindex(L, index);
    lua_pushcfunction(L, next_pair);
    lua_insert(L, -2);
    lua_pushvalue(L, index);
    lua_insert(L, -2);
    if (lua_pcall(L, 2, LUA_MULTRET, 0) != LUA_OK) {
        nj_host *host = nj_host_of(L);
        // Where Lua code runs, it may have to stop, and this call is where its hook says so.
        if (nj_is_kill(L, -1)) host->kill_pending = host->running != NULL;
        lua_settop(L, base);
        return -1;
    }
    return lua_gettop(L) > base;
}
