// table.sort that can be stopped, keeps the order of equals, and changes nothing when it fails.
//
// Lua's own sort chooses by the clock how it takes apart a long list, so that equal elements come out
// in another order each time. This one merges a copy.

#include "bridge.h"

#include <limits.h>
#include <string.h>

enum { COMPARISONS_BETWEEN_CHECKS = 1 << 12 };

/// Places on the stack.
enum { LIST = 1, PRECEDES = 2, COPY = 3 };

typedef struct {
    lua_State *L;
    /// Positions in the copy, from 1, in the order found so far.
    int *order;
    /// Room for half of them.
    int *room;
    int comparisons;
    /// The elements themselves where no function compares and all are of one kind, else NULL.
    const lua_Integer *integers;
    const lua_Number *floats;
} nj_sorter;

/// Whether the element at `right` of the copy must come before the one at `left`.
static bool must_swap(nj_sorter *sorter, int left, int right) {
    lua_State *L = sorter->L;
    if (unlikely(++sorter->comparisons == COMPARISONS_BETWEEN_CHECKS)) {
        sorter->comparisons = 0;
        nj_spend(L, COMPARISONS_BETWEEN_CHECKS);
    }
    if (sorter->integers != NULL) return sorter->integers[right - 1] < sorter->integers[left - 1];
    if (sorter->floats != NULL) return sorter->floats[right - 1] < sorter->floats[left - 1];
    bool is_less = lua_isnil(L, PRECEDES);
    if (!is_less) lua_pushvalue(L, PRECEDES);
    lua_rawgeti(L, COPY, right);
    lua_rawgeti(L, COPY, left);
    if (is_less) {
        bool answer = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
        return answer;
    }
    lua_call(L, 2, 1);
    bool answer = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return answer;
}

/// Merges the sorted spans from `start` and from `middle` to one that ends before `end`.
static void merge(nj_sorter *sorter, int start, int middle, int end) {
    int *order = sorter->order, *room = sorter->room;
    if (!must_swap(sorter, order[middle - 1], order[middle])) return;
    int count = middle - start, left = 0, right = middle, target = start;
    memcpy(room, order + start, (size_t)count * sizeof *room);
    while (left < count && right < end)
        order[target++] =
            must_swap(sorter, room[left], order[right]) ? order[right++] : room[left++];
    memcpy(order + target, room + left, (size_t)(count - left) * sizeof *room);
}

static void sort_span(nj_sorter *sorter, int start, int end) {
    if (end - start < 2) return;
    int middle = start + (end - start) / 2;
    sort_span(sorter, start, middle);
    sort_span(sorter, middle, end);
    merge(sorter, start, middle, end);
}

/// Stops the script now and then if it must, in a loop over elements.
static void pass(lua_State *L, int element) {
    if (unlikely(element % COMPARISONS_BETWEEN_CHECKS == 0)) nj_spend(L, COMPARISONS_BETWEEN_CHECKS);
}

/// Copies the elements to a table and tells whether all are integers, or all floats.
static void copy_list(lua_State *L, int count, bool *are_integers, bool *are_floats) {
    // What claims to be long need not be.
    lua_createtable(L, lua_rawlen(L, LIST) < (lua_Unsigned)count ? 0 : count, 0);
    *are_integers = *are_floats = lua_isnil(L, PRECEDES);
    for (int element = 1; element <= count; element++) {
        pass(L, element);
        bool is_number = lua_geti(L, LIST, element) == LUA_TNUMBER;
        bool is_integer = is_number && lua_isinteger(L, -1);
        *are_integers &= is_integer;
        *are_floats &= is_number && !is_integer;
        lua_rawseti(L, COPY, element);
    }
}

/// Pushes memory with the elements of the copy, which are of one kind.
static const void *push_numbers(lua_State *L, int count, bool are_integers) {
    _Static_assert(sizeof(lua_Integer) == sizeof(lua_Number), "both kinds share the memory");
    void *memory = lua_newuserdatauv(L, (size_t)count * sizeof(lua_Integer), 0);
    for (int element = 1; element <= count; element++) {
        pass(L, element);
        lua_rawgeti(L, COPY, element);
        if (are_integers) ((lua_Integer *)memory)[element - 1] = lua_tointeger(L, -1);
        else ((lua_Number *)memory)[element - 1] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    return memory;
}

static int sort(lua_State *L) {
    nj_check_list(L, LIST);
    lua_Integer length = luaL_len(L, LIST);
    if (length < 2) return 0;
    luaL_argcheck(L, length < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, PRECEDES)) luaL_checktype(L, PRECEDES, LUA_TFUNCTION);
    lua_settop(L, PRECEDES);
    int count = (int)length;
    bool are_integers, are_floats;
    copy_list(L, count, &are_integers, &are_floats);
    nj_sorter sorter = {.L = L};
    if (are_integers) sorter.integers = push_numbers(L, count, true);
    if (are_floats) sorter.floats = push_numbers(L, count, false);
    sorter.order = lua_newuserdatauv(L, ((size_t)count + (size_t)count / 2) * sizeof(int), 0);
    sorter.room = sorter.order + count;
    for (int element = 0; element < count; element++) sorter.order[element] = element + 1;
    sort_span(&sorter, 0, count);
    for (int element = 1; element <= count; element++) {
        pass(L, element);
        lua_rawgeti(L, COPY, sorter.order[element - 1]);
        lua_seti(L, LIST, element);
    }
    return 0;
}

void nj_install_sort(lua_State *L) {
    lua_getglobal(L, LUA_TABLIBNAME);
    nj_set_function(L, "sort", sort);
    lua_pop(L, 1);
}
