// The state: its memory, its standard libraries made safe, its end.

#include "bridge.h"

#include <CInterrupt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void nj_out_of_memory(size_t bytes) {
    fprintf(stderr, "nightjar: the machine has no %zu bytes of memory left\n", bytes);
    abort();
}

/// Whether the allocator must give memory although the limit is reached: a finalizer that gets none
/// is lost. Twice the limit is enough for that, and stops finalizers that scripts write.
static bool may_exceed(const nj_host *host, size_t growth) {
    bool in_finalizer = host->main != NULL && lua_gc(host->main, LUA_GCISRUNNING) == -1;
    return !host->enforced || (in_finalizer && growth < host->limit && host->used < host->limit);
}

/// Lua's allocator. Beyond the limit it refuses, which Lua answers with a full collection and then
/// an error, but only while nothing but C and Lua frames would be jumped over.
static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
    nj_host *host = context;
    if (block == NULL) old_size = 0;
    if (new_size == 0) {
        free(block);
        host->used -= old_size;
        return NULL;
    }
    if (new_size > old_size) {
        size_t growth = new_size - old_size;
        if (host->limit != 0 && (growth > host->limit || host->used > host->limit - growth)) {
            if (!may_exceed(host, growth)) return NULL;
            host->over_limit = true;
        }
    }
    void *result = realloc(block, new_size);
    if (result == NULL) {
        if (host->enforced) return NULL;
        nj_out_of_memory(new_size);
    }
    host->used += new_size - old_size;
    if (host->used > host->peak) host->peak = host->used;
    return result;
}

nj_held *nj_hold(nj_host *host, void *object, size_t bytes, const void *owner) {
    nj_held *held = malloc(sizeof *held);
    if (held == NULL) nj_out_of_memory(sizeof *held);
    *held = (nj_held){object, bytes, owner, NULL, host->held};
    if (host->held != NULL) host->held->previous = held;
    host->held = held;
    if (owner == NULL || nj_join_share(host, owner)) host->native += bytes;
    return held;
}

void nj_let_go(nj_host *host, nj_held **slot) {
    nj_held *held = *slot;
    if (held == NULL) return;
    *slot = NULL;
    if (held->previous != NULL) held->previous->next = held->next;
    else host->held = held->next;
    if (held->next != NULL) held->next->previous = held->previous;
    if (held->owner == NULL || nj_leave_share(host, held->owner)) host->native -= held->bytes;
    void *object = held->object;
    free(held);
    bool enforced = host->enforced;
    host->enforced = false;
    host->callbacks.release(object);
    host->enforced = enforced;
}

/// Reached only if an error was raised outside of every protected call: a defect of the host.
static int panic(lua_State *L) {
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "no message";
    fprintf(stderr, "nightjar: unprotected error in Lua: %s\n", message);
    return 0;
}

void nj_show_fields(lua_State *L, const char *library, const char *const *names, int count) {
    lua_getglobal(L, library);
    lua_newtable(L);
    for (int i = 0; i < count; i++) {
        lua_getfield(L, -2, names[i]);
        lua_setfield(L, -2, names[i]);
    }
    lua_pushvalue(L, -1);
    lua_setglobal(L, library);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_insert(L, -2);
    lua_setfield(L, -2, library);
    lua_pop(L, 2);
}

void nj_set_weak_table(lua_State *L, const void *key, const char *mode) {
    lua_newtable(L);
    lua_newtable(L);
    lua_pushstring(L, mode);
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/// Removes the debug functions that reach behind locked metatables, into the registry, or into the
/// frames of C functions: with them a script could crash the host.
static void limit_debug(lua_State *L) {
    static const char *const kept[] = {"getinfo", "getupvalue", "traceback"};
    nj_show_fields(L, LUA_DBLIBNAME, kept, sizeof kept / sizeof *kept);
}

/// collectgarbage without the generational mode, which Lua 5.4.4 has not right yet.
static int collect_garbage(lua_State *L) {
    static const char *const usual[] = {"collect", "count", "step", "isrunning"};
    const char *option = luaL_optstring(L, 1, "collect");
    bool is_usual = false;
    for (int i = 0; i < 4; i++) is_usual |= strcmp(option, usual[i]) == 0;
    if (strcmp(option, "generational") == 0 || (!is_usual && nj_host_of(L)->is_restricted))
        return luaL_error(L, "collectgarbage('%s') is not available; leave out this call", option);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/// Ends the script, not the process: the host closes its files and leaves with the code.
static int exit_script(lua_State *L) {
    nj_host *host = nj_host_of(L);
    bool is_flag = lua_isboolean(L, 1);
    host->exit_code = is_flag ? !lua_toboolean(L, 1) : (int)luaL_optinteger(L, 1, EXIT_SUCCESS);
    host->stop = NJ_STOP_EXIT;
    nj_raise_kill(L);
}

static int set_up(lua_State *L) {
    luaL_openlibs(L);
    lua_getglobal(L, "collectgarbage");
    lua_pushcclosure(L, collect_garbage, 1);
    lua_setglobal(L, "collectgarbage");
    lua_getglobal(L, LUA_OSLIBNAME);
    nj_set_function(L, "exit", exit_script);
    lua_pop(L, 1);
    limit_debug(L);
    nj_install_interrupt(L);
    nj_install_protected(L);
    nj_install_load(L);
    nj_install_functions(L);
    nj_install_objects(L);
    nj_install_output(L);
    nj_install_finalizers(L);
    nj_install_patterns(L);
    nj_install_shell(L);
    nj_install_sort(L);
    nj_install_tables(L);
    return 0;
}

nj_host *nj_open(nj_callbacks callbacks, void *owner) {
    nj_host *host = calloc(1, sizeof *host);
    if (host == NULL) return NULL;
    host->callbacks = callbacks;
    host->owner = owner;
    host->folder = -1;
    host->enforced = true;
    host->main = lua_newstate(allocate, host);
    if (host->main == NULL) {
        free(host);
        return NULL;
    }
    *(nj_host **)lua_getextraspace(host->main) = host;
    lua_atpanic(host->main, panic);
    lua_pushcfunction(host->main, set_up);
    if (lua_pcall(host->main, 0, 0, 0) != LUA_OK) {
        nj_close(host);
        return NULL;
    }
    host->enforced = false;
    return host;
}

/// Seconds that the finalizers of scripts may take in all when the state is closed: some are there for
/// no good, and the user waits for the end.
static const double closing_time = 2;

void nj_close(nj_host *host) {
    host->limit = 0;
    host->closing = true;
    // Finalizers of scripts run now, and may have to be stopped. What was asked before concerns other
    // states, if any.
    host->served = nj_interrupt_count();
    host->kill_owed = false;
    host->time_is_over = false;
    host->instructions_left = host->instruction_limit;
    if (host->time_limit <= 0 || host->time_limit > closing_time) host->time_limit = closing_time;
    int slot = nj_enter(host);
    nj_start_clock(host);
    lua_close(host->main);
    nj_stop_clock(host);
    nj_leave(slot);
    while (host->held != NULL) {
        nj_held *held = host->held;
        nj_let_go(host, &held);
    }
    if (host->folder >= 0) close(host->folder);
    free(host->folder_path);
    free(host->shares);
    free(host);
}

void nj_collect(lua_State *L) { lua_gc(L, LUA_GCCOLLECT); }
