#include "CLuaInspect.h"
#include "bridge.h"

#include <string.h>
#include <time.h>

bool nj_pause_collector(lua_State *L) {
    bool ran = lua_gc(L, LUA_GCISRUNNING) != 0;
    lua_gc(L, LUA_GCSTOP);
    return ran;
}

void nj_resume_collector(lua_State *L) { lua_gc(L, LUA_GCRESTART); }

typedef struct {
    const char *prefix;
    size_t length;
    int milliseconds;
    bool (*take)(void *, const char *, size_t, int);
    void *context;
    bool complete;
} visit;

static long long now_in_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/// Runs under a protected call: lua_next raises when a table is broken.
static int visit_names(lua_State *L) {
    visit *state = lua_touserdata(L, 2);
    long long end = now_in_milliseconds() + state->milliseconds;
    int seen = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        if (++seen % 1024 == 0 && now_in_milliseconds() >= end) return 0;
        if (lua_type(L, -2) == LUA_TSTRING) {
            size_t length = 0;
            const char *name = lua_tolstring(L, -2, &length);
            bool matches =
                length >= state->length
                && (state->length == 0 || memcmp(name, state->prefix, state->length) == 0);
            if (matches && !state->take(state->context, name, length, lua_type(L, -1))) return 0;
        }
        lua_pop(L, 1);
    }
    state->complete = true;
    return 0;
}

bool nj_visit_names(lua_State *L, int index, const char *prefix, size_t length, int milliseconds,
                    bool (*take)(void *context, const char *name, size_t length, int type),
                    void *context) {
    visit state = {prefix, length, milliseconds, take, context, false};
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 8)) return false;
    lua_pushcfunction(L, visit_names);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, &state);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) lua_pop(L, 1);
    return state.complete;
}
