// How a running script is stopped.
//
// No hook stands while nothing happens: a count hook would double the time of tight loops. The
// signal handler sets one on the coroutine that runs, and the hook raises the *kill*, a value that
// pcall, xpcall, coroutines and load do not keep.

#include "bridge.h"

#include <CInterrupt.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

static char kill_key;

// MARK: The kill

static int describe_kill(lua_State *L) {
    lua_pushstring(L, nj_host_of(L)->exiting ? "exit" : "interrupted");
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

void nj_raise_kill(lua_State *L) {
    nj_host *host = nj_host_of(L);
    host->served = nj_interrupt_count();
    host->kill_pending = false;
    nj_push_kill(L);
    lua_error(L);
    __builtin_unreachable();
}

void nj_check_interrupt(lua_State *L) {
    if (unlikely(nj_interrupt_count() > nj_host_of(L)->served)) nj_raise_kill(L);
}

void nj_forget_interrupts(nj_host *host) {
    nj_interrupt_clear();
    host->served = 0;
    host->kill_pending = false;
    host->exiting = false;
    nj_push_kill(host->main);
    lua_pushnil(host->main);
    lua_setfield(host->main, -2, "partial");
    lua_pop(host->main, 1);
}

// MARK: The hook

/// Runs before the next instruction after a request; a request that was answered elsewhere, by a
/// Swift function that polls, leaves nothing to do.
static void stop(lua_State *L, lua_Debug *activation) {
    (void)activation;
    lua_sethook(L, NULL, 0, 0);
    nj_check_interrupt(L);
}

static void set_hook(nj_host *host) {
    lua_State *running = host->running;
    int every = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
    if (running != NULL) lua_sethook(running, stop, every, 1);
}

// MARK: Which threads run Lua

/// The hosts that run now. A hook may be set only by the thread that runs the state, as it walks
/// the state's frames, so a handler in another thread passes the signal on as SIGURG, which nothing
/// else in this process uses.
static struct {
    atomic_bool taken;
    pthread_t thread;
    _Atomic(nj_host *) host;
} runs[64];

enum { RUNS = sizeof runs / sizeof *runs };

int nj_enter(nj_host *host) {
    for (int slot = 0; slot < RUNS; slot++) {
        if (atomic_exchange(&runs[slot].taken, true)) continue;
        runs[slot].thread = pthread_self();
        atomic_store(&runs[slot].host, host);
        return slot;
    }
    return -1;  // so many states at once are stopped by polling only
}

void nj_leave(int slot) {
    if (slot < 0) return;
    atomic_store(&runs[slot].host, NULL);
    atomic_store(&runs[slot].taken, false);
}

bool nj_is_own_thread(const nj_host *host) {
    if (host->running == NULL) return true;
    for (int slot = 0; slot < RUNS; slot++) {
        if (atomic_load(&runs[slot].host) == host)
            return pthread_equal(runs[slot].thread, pthread_self());
    }
    return true;
}

void nj_stop_running(int count) {
    (void)count;
    int saved_errno = errno;
    for (int slot = 0; slot < RUNS; slot++) {
        nj_host *host = atomic_load(&runs[slot].host);
        if (host == NULL) continue;
        if (pthread_equal(runs[slot].thread, pthread_self())) set_hook(host);
        else pthread_kill(runs[slot].thread, SIGURG);
    }
    errno = saved_errno;
}

static void handle_forwarded(int signal_number) {
    (void)signal_number;
    for (int slot = 0; slot < RUNS; slot++) {
        nj_host *host = atomic_load(&runs[slot].host);
        if (host != NULL && pthread_equal(runs[slot].thread, pthread_self())) set_hook(host);
    }
}

void nj_handle_interrupts(void) {
    struct sigaction action = {0};
    action.sa_handler = handle_forwarded;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a script that waits for input must notice.
    sigaction(SIGURG, &action, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    nj_interrupt_install(nj_stop_running);
}
