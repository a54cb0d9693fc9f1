// table.insert, remove and move, whose loops over what `__len` or an argument claims can be stopped;
// and ipairs, which knows the end of objects.

#include "bridge.h"

enum { ELEMENTS_BETWEEN_CHECKS = 1 << 12 };

/// Sets the elements from `target` on of one table to those from `first` to `last` of another.
static void move_elements(lua_State *L, int source, lua_Integer first, lua_Integer last,
                          lua_Integer target, int destination, bool ascends) {
    lua_Integer count = last - first + 1;
    for (lua_Integer done = 0; done < count; done++) {
        lua_Integer offset = ascends ? done : count - 1 - done;
        if (unlikely(done % ELEMENTS_BETWEEN_CHECKS == ELEMENTS_BETWEEN_CHECKS - 1))
            nj_spend(L, ELEMENTS_BETWEEN_CHECKS);
        lua_geti(L, source, first + offset);
        lua_seti(L, destination, target + offset);
    }
}

/// Raises an error unless the value at `index` is a table or acts as one, by the metamethods of
/// indexing, assignment and, where `needs_length`, length.
static void check_table(lua_State *L, int index, bool reads, bool writes, bool needs_length) {
    if (lua_istable(L, index)) return;
    bool acts = lua_getmetatable(L, index);
    int top = lua_gettop(L);
    const char *const names[] = {reads ? "__index" : NULL, writes ? "__newindex" : NULL,
                                 needs_length ? "__len" : NULL};
    for (int i = 0; acts && i < 3; i++) {
        if (names[i] == NULL) continue;
        lua_pushstring(L, names[i]);
        acts = lua_rawget(L, top) != LUA_TNIL;
        lua_settop(L, top);
    }
    if (!acts) luaL_checktype(L, index, LUA_TTABLE);
    lua_settop(L, top - 1);
}

void nj_check_list(lua_State *L, int index) { check_table(L, index, true, true, true); }

static int insert(lua_State *L) {
    nj_check_list(L, 1);
    lua_Integer end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1);
    lua_Integer position = end;
    if (lua_gettop(L) == 3) {
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)position - 1 < (lua_Unsigned)end, 2,
                      "position out of bounds");
        move_elements(L, 1, position, end - 1, position + 1, 1, false);
    } else if (lua_gettop(L) != 2) {
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

static int remove_element(lua_State *L) {
    nj_check_list(L, 1);
    lua_Integer length = luaL_len(L, 1);
    lua_Integer position = luaL_optinteger(L, 2, length);
    // Lua's own names the table here, too.
    luaL_argcheck(L, position == length || (lua_Unsigned)position - 1 <= (lua_Unsigned)length, 1,
                  "position out of bounds");
    lua_geti(L, 1, position);
    if (position < length) move_elements(L, 1, position + 1, length, position, 1, true);
    lua_pushnil(L);
    lua_seti(L, 1, position < length ? length : position);
    return 1;
}

static int move(lua_State *L) {
    lua_Integer first = luaL_checkinteger(L, 2);
    lua_Integer last = luaL_checkinteger(L, 3);
    lua_Integer target = luaL_checkinteger(L, 4);
    int destination = lua_isnoneornil(L, 5) ? 1 : 5;
    check_table(L, 1, true, false, false);
    check_table(L, destination, false, true, false);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3,
                      "too many elements to move");
        luaL_argcheck(L, target <= LUA_MAXINTEGER - (last - first), 4,
                      "destination wrap around");
        // Elements of one table may not be overwritten before they were moved.
        bool ascends = target > last || target <= first ||
                       (destination != 1 && !lua_compare(L, 1, destination, LUA_OPEQ));
        move_elements(L, 1, first, last, target, destination, ascends);
    }
    lua_pushvalue(L, destination);
    return 1;
}

static int next_of_table(lua_State *L) {
    lua_Integer position = luaL_intop(+, luaL_checkinteger(L, 2), 1);
    lua_pushinteger(L, position);
    return lua_geti(L, 1, position) == LUA_TNIL ? 1 : 2;
}

static int next_of_object(lua_State *L) {
    lua_Integer position = luaL_checkinteger(L, 2);
    if (position >= luaL_len(L, 1)) return 0;
    lua_pushinteger(L, position + 1);
    lua_geti(L, 1, position + 1);
    return 2;
}

/// As Lua's own, but for objects that have a length it ends there: behind their end there is no nil
/// but an error.
static int index_pairs(lua_State *L) {
    luaL_checkany(L, 1);
    bool has_end = lua_type(L, 1) == LUA_TUSERDATA && luaL_getmetafield(L, 1, "__len") != LUA_TNIL;
    lua_pushcfunction(L, has_end ? next_of_object : next_of_table);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

void nj_install_tables(lua_State *L) {
    lua_pushglobaltable(L);
    nj_set_function(L, "ipairs", index_pairs);
    lua_pop(L, 1);
    lua_getglobal(L, LUA_TABLIBNAME);
    nj_set_function(L, "insert", insert);
    nj_set_function(L, "remove", remove_element);
    nj_set_function(L, "move", move);
    lua_pop(L, 1);
}
