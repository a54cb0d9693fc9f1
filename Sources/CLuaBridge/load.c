// Loading code: text only, as crafted bytecode can corrupt memory.

#include "bridge.h"

#include <string.h>

static char package_key, require_key, search_path_key;

int nj_load_file(lua_State *L, const char *path) { return luaL_loadfilex(L, path, "t"); }

/// Loads a file for a script, which may be confined to a folder.
static int load_for_script(lua_State *L, const char *path) {
    bool is_confined = nj_host_of(L)->folder >= 0;
    return is_confined ? nj_load_below(L, path) : nj_load_file(L, path);
}

/// Whether the host itself put a folder on the search path: a name of a module never begins with a
/// slash and never leads up.
static bool is_trusted(const char *path) { return path[0] == '/' || strstr(path, "..") != NULL; }

/// loadfile where files are confined.
static int load_file_below(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    bool has_environment = !lua_isnone(L, 3);
    if (nj_load_below(L, path) != LUA_OK) {
        luaL_pushfail(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_environment) {
        lua_pushvalue(L, 3);
        if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
    }
    return 1;
}

/// load and, where files are not confined, loadfile: the original function (upvalue 1) with the mode, argument number upvalue 2,
/// replaced by "t".
static int load_text(lua_State *L) {
    int mode = (int)lua_tointeger(L, lua_upvalueindex(2));
    if (lua_gettop(L) < mode) lua_settop(L, mode);
    if (mode == 2 && nj_host_of(L)->folder >= 0) return load_file_below(L);
    lua_pushliteral(L, "t");
    lua_replace(L, mode);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    // load catches errors of a reader function; a kill must not end there.
    if (nj_is_kill(L, -1)) nj_raise_kill(L);
    return lua_gettop(L);
}

static int finish_dofile(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L) - 1;
}

static int dofile_text(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    if (load_for_script(L, path) != LUA_OK) return lua_error(L);
    lua_callk(L, 0, LUA_MULTRET, 0, finish_dofile);
    return finish_dofile(L, LUA_OK, 0);
}

/// Pushes the path of Lua module `name`, or an explanation that it was not found.
static bool push_module_path(lua_State *L, const char *name) {
    REGISTRY(L, search_path_key);
    lua_pushstring(L, name);
    REGISTRY(L, package_key);
    lua_getfield(L, -1, "path");
    lua_remove(L, -2);
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "package.path must be a string");
    lua_call(L, 2, 2);
    bool found = lua_type(L, -2) == LUA_TSTRING;
    if (found) lua_pop(L, 1);
    else lua_remove(L, -2);
    return found;
}

/// The searcher for Lua modules: like the standard one, but never bytecode.
static int search_text(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    if (!push_module_path(L, name)) return 1;
    const char *path = lua_tostring(L, -1);
    int status = is_trusted(path) ? nj_load_file(L, path) : load_for_script(L, path);
    if (status != LUA_OK) {
        return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", name, path,
                          lua_tostring(L, -1));
    }
    lua_insert(L, -2);
    return 2;
}

/// Looks up what a module lacks: the Lua module of that name if there is a prefix (upvalue 1),
/// which is then kept, or else the function (upvalue 2) that raises a helpful error.
static int module_index(lua_State *L) {
    const char *prefix = lua_tostring(L, lua_upvalueindex(1));
    if (prefix != NULL && lua_type(L, 2) == LUA_TSTRING) {
        const char *name = lua_pushfstring(L, "%s.%s", prefix, lua_tostring(L, 2));
        if (push_module_path(L, name)) {
            REGISTRY(L, require_key);
            lua_pushstring(L, name);
            lua_call(L, 1, 1);
            lua_pushvalue(L, 2);
            lua_pushvalue(L, -2);
            lua_rawset(L, 1);
            return 1;
        }
    }
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

void nj_push_module_index(lua_State *L) { lua_pushcclosure(L, module_index, 2); }

static void replace_loader(lua_State *L, const char *name, int mode) {
    lua_getglobal(L, name);
    lua_pushinteger(L, mode);
    lua_pushcclosure(L, load_text, 2);
    lua_setglobal(L, name);
}

void nj_install_load(lua_State *L) {
    replace_loader(L, "load", 3);
    replace_loader(L, "loadfile", 2);
    lua_register(L, "dofile", dofile_text);
    lua_getglobal(L, "require");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &require_key);

    lua_getglobal(L, LUA_STRLIBNAME);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");

    lua_getglobal(L, LUA_LOADLIBNAME);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &package_key);
    lua_getfield(L, -1, "searchpath");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &search_path_key);
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "cpath");
    lua_getfield(L, -1, "searchers");
    lua_pushcfunction(L, search_text);
    lua_rawseti(L, -2, 2);
    for (int native = 4; native > 2; native--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, native);
    }
    lua_pop(L, 3);
}
