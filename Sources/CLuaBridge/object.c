// Swift objects as Lua userdata.

#include "bridge.h"

static const char object_mark;
/// Key of the registry: from an object's address to its userdata, held weakly.
static char identity_key;

/// The block of the userdata at `index`, or NULL if it is no object.
static nj_object *to_block(lua_State *L, int index) {
    nj_object *block = lua_touserdata(L, index);
    // A light userdata has an address, too, but no length.
    if (block == NULL || lua_rawlen(L, index) != sizeof *block) return NULL;
    return block->mark == &object_mark ? block : NULL;
}

const nj_object *nj_object_at(lua_State *L, int index) { return to_block(L, index); }

bool nj_reserve(lua_State *L, size_t bytes) {
    nj_host *host = nj_host_of(L);
    if (host->limit == 0) return true;
    for (int attempt = 0; attempt < 2; attempt++) {
        size_t used = host->used + host->native;
        if (used <= host->limit && bytes <= host->limit - used) return true;
        if (attempt == 0) lua_gc(L, LUA_GCCOLLECT);
    }
    return false;
}

void nj_account(nj_host *host, size_t bytes) {
    host->untold += bytes;
    if (host->limit != 0 && host->used + host->native > host->limit) host->over_limit = true;
}

bool nj_push_known_object(lua_State *L, void *object) {
    REGISTRY(L, identity_key);
    lua_rawgetp(L, -1, object);
    lua_remove(L, -2);
    const nj_object *known = to_block(L, -1);
    // The address may have served an object that was released early.
    if (known != NULL && known->held != NULL && known->held->object == object) return true;
    lua_pop(L, 1);
    return false;
}

void nj_push_object(lua_State *L, void *object, void *class_id, size_t bytes, const void *owner,
                    bool has_identity) {
    nj_host *host = nj_host_of(L);
    nj_object *block = lua_newuserdatauv(L, sizeof *block, 0);
    size_t native = host->native;
    *block = (nj_object){nj_hold(host, object, bytes, owner), class_id, &object_mark};
    nj_account(host, host->native - native);
    lua_rawgetp(L, LUA_REGISTRYINDEX, class_id);
    lua_setmetatable(L, -2);
    if (!has_identity) return;
    REGISTRY(L, identity_key);
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, object);
    lua_pop(L, 1);
}

bool nj_release_object(lua_State *L, int index) {
    nj_object *block = to_block(L, index);
    if (block != NULL) nj_let_go(nj_host_of(L), &block->held);
    return block != NULL;
}

/// `__close` and `__gc`: each may come first, and any number of times.
static int release(lua_State *L) {
    if (nj_release_object(L, 1)) return 0;
    return luaL_error(L, "object of the host expected, got %s", luaL_typename(L, 1));
}

void nj_push_release(lua_State *L) { lua_pushcfunction(L, release); }

void nj_set_class(lua_State *L, void *class_id) {
    lua_pushcfunction(L, release);
    lua_pushliteral(L, "__gc");
    lua_insert(L, -2);
    lua_rawset(L, -3);
    lua_rawsetp(L, LUA_REGISTRYINDEX, class_id);
}

/// `__index` of objects. Upvalues: the function of the integer indexer or false, methods, property
/// getters, function for unknown keys.
int nj_object_index(lua_State *L) {
    const nj_function *indexer = lua_touserdata(L, lua_upvalueindex(1));
    // Elements are read in loops, so without a further call.
    if (indexer != NULL && lua_type(L, 2) == LUA_TNUMBER) return nj_run_function(L, indexer);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL) return 1;
    lua_pop(L, 1);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(3)) != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        return 1;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(4));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

void nj_push_object_index(lua_State *L) {
    if (lua_getupvalue(L, -4, 1) != NULL) lua_replace(L, -5);
    lua_pushcclosure(L, nj_object_index, 4);
}

void nj_install_objects(lua_State *L) { nj_set_weak_table(L, &identity_key, "v"); }
