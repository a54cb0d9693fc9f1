// How a running script is stopped: by the user, by its limits, by itself.
//
// No hook stands while nothing happens, unless instructions are counted: a count hook would double
// the time of tight loops. The signal handler sets one on the coroutine that runs, and the hook
// raises the *kill*, a value that pcall, xpcall, coroutines and load do not keep.

#include "bridge.h"

#include <CInterrupt.h>

static char kill_key;

/// Instructions between two calls of a standing hook.
enum { HOOK_STEP = 1000 };

// MARK: The kill

static int describe_kill(lua_State *L) {
    static const char *const texts[] = {"interrupted", "exit", "out of time", "out of instructions"};
    lua_pushstring(L, texts[nj_host_of(L)->stop]);
    return 1;
}

void nj_install_interrupt(lua_State *L) {
    lua_newtable(L);
    lua_newtable(L);
    nj_set_function(L, "__tostring", describe_kill);
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kill_key);
}

void nj_push_kill(lua_State *L) { REGISTRY(L, kill_key); }

bool nj_is_kill(lua_State *L, int index) {
    if (!lua_istable(L, index)) return false;
    const void *value = lua_topointer(L, index);
    REGISTRY(L, kill_key);
    bool same = lua_topointer(L, -1) == value;
    lua_pop(L, 1);
    return same;
}

/// Notes that what asked for a stop is answered now, and why the script stops.
static void answer(nj_host *host) {
    host->served = nj_interrupt_count();
    host->kill_pending = false;
    host->kill_owed = false;
    if (host->time_is_over && host->stop == NJ_STOP_USER) host->stop = NJ_STOP_TIME;
}

void nj_raise_kill(lua_State *L) {
    answer(nj_host_of(L));
    nj_push_kill(L);
    lua_error(L);
    __builtin_unreachable();
}

static bool must_stop(const nj_host *host) {
    return unlikely(nj_interrupt_count() > host->served || host->kill_owed);
}

void nj_check_interrupt(lua_State *L) {
    if (must_stop(nj_host_of(L))) nj_raise_kill(L);
}

/// Whether the instructions are used up; a script that cleans up after that is stopped again.
static bool spend(nj_host *host, long long instructions) {
    if (host->instruction_limit == 0) return false;
    host->instructions_left -= instructions;
    if (host->instructions_left > 0) return false;
    if (host->stop == NJ_STOP_USER) host->stop = NJ_STOP_INSTRUCTIONS;
    return true;
}

void nj_spend(lua_State *L, long long instructions) {
    nj_host *host = nj_host_of(L);
    if (spend(host, instructions) || must_stop(host)) nj_raise_kill(L);
}

void nj_begin_run(nj_host *host) {
    if (!host->heeds_earlier) nj_interrupt_clear();
    host->heeds_earlier = false;
    host->served = 0;
    host->kill_pending = false;
    host->kill_owed = false;
    host->is_deaf = false;
    host->stop = NJ_STOP_USER;
    host->time_is_over = false;
    host->instructions_left = host->instruction_limit;
    nj_push_kill(host->main);
    lua_pushnil(host->main);
    lua_setfield(host->main, -2, "partial");
    lua_pushnil(host->main);
    lua_setfield(host->main, -2, "note");
    lua_pop(host->main, 1);
}

// MARK: The hook

static void stop(lua_State *L, lua_Debug *activation);

/// Sets the hook that stands while nothing happens.
static void disarm(lua_State *L) {
    bool counts = nj_host_of(L)->instruction_limit != 0;
    lua_sethook(L, counts ? stop : NULL, counts ? LUA_MASKCOUNT : 0, HOOK_STEP);
}

void nj_arm(lua_State *L) { lua_sethook(L, stop, LUA_MASKCALL | LUA_MASKCOUNT, 1); }

/// Runs before the next instruction after a request, and every so many instructions if they are
/// counted. A request that was answered elsewhere, by a Swift function that polls, leaves nothing to
/// do.
static void stop(lua_State *L, lua_Debug *activation) {
    nj_host *host = nj_host_of(L);
    bool counted = activation->event == LUA_HOOKCOUNT;
    if (!(counted && spend(host, HOOK_STEP)) && !must_stop(host)) {
        disarm(L);
        return;
    }
    // An error raised in a hook leaves a coroutine in which no hook runs any more, and then nothing
    // could stop its close handlers. So it is suspended for good instead, where that is possible.
    if (L != host->main && lua_isyieldable(L)) {
        if (!counted) return;  // a hook may suspend only before an instruction: the next one
        disarm(L);
        answer(host);
        // Noted here, as a suspended call is found one instruction too early.
        nj_push_kill(L);
        nj_note_trace(L, 0, L);
        lua_pop(L, 1);
        host->stopping = L;
        lua_yield(L, 0);
        return;
    }
    disarm(L);
    host->is_deaf = L != host->main;
    nj_raise_kill(L);
}

void nj_set_run_limits(nj_host *host, long long instructions, double seconds) {
    host->instruction_limit = instructions;
    host->instructions_left = instructions;
    host->time_limit = seconds;
    disarm(host->main);
}
