// string.find, match, gmatch and gsub by the matcher that can be stopped, and rep that ends.

#define _GNU_SOURCE  // memmem

#include "pattern.h"

#include <string.h>

/// The offset at which a search starts, from an argument that may count from the end.
static size_t start_offset(lua_Integer position, size_t length) {
    if (position > 0) return (size_t)position - 1;
    if (position == 0 || position < -(lua_Integer)length) return 0;
    return length - (size_t)(-position);
}

/// Whether text is a pattern that matches more than itself; it may hold zero bytes.
static bool has_specials(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\0' && strchr("^$*+?.([%-", text[i]) != NULL) return true;
    return false;
}

/// find and match.
static int search(lua_State *L, bool finds) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t offset = start_offset(luaL_optinteger(L, 3, 1), length);
    if (offset > length) {
        luaL_pushfail(L);
        return 1;
    }
    bool is_plain = finds && (lua_toboolean(L, 4) || !has_specials(pattern, pattern_length));
    if (is_plain) {
        const char *found = memmem(subject + offset, length - offset, pattern, pattern_length);
        if (found == NULL) {
            luaL_pushfail(L);
            return 1;
        }
        lua_pushinteger(L, found - subject + 1);
        lua_pushinteger(L, found - subject + (ptrdiff_t)pattern_length);
        return 2;
    }
    nj_matcher matcher;
    nj_matcher_init(&matcher, L, subject, length, pattern + pattern_length);
    bool is_anchored = pattern_length > 0 && *pattern == '^';
    if (is_anchored) pattern++;
    const char *place = subject + offset;
    do {
        if (!is_anchored) place = nj_skip(&matcher, place, pattern);
        const char *end = nj_match_at(&matcher, place, pattern);
        if (end == NULL) continue;
        if (!finds) return nj_push_captures(&matcher, place, end);
        lua_pushinteger(L, place - subject + 1);
        lua_pushinteger(L, end - subject);
        return 2 + nj_push_captures(&matcher, NULL, NULL);
    } while (place++ < matcher.subject_end && !is_anchored);
    luaL_pushfail(L);
    return 1;
}

static int find(lua_State *L) { return search(L, true); }
static int match(lua_State *L) { return search(L, false); }

/// Where a loop over gmatch stands.
typedef struct {
    const char *subject, *pattern;
    size_t length, pattern_length;
    /// Where the next attempt starts.
    size_t offset;
    /// Where the last match ended, or NULL.
    const char *last_end;
} progress;

/// Step of gmatch. Upvalues: where it stands, and the subject and the pattern, which it keeps alive.
static int gmatch_step(lua_State *L) {
    progress *now = lua_touserdata(L, lua_upvalueindex(1));
    nj_matcher matcher;
    nj_matcher_init(&matcher, L, now->subject, now->length, now->pattern + now->pattern_length);
    const char *start = now->subject + now->offset;
    for (; start <= matcher.subject_end; start++) {
        start = nj_skip(&matcher, start, now->pattern);
        const char *end = nj_match_at(&matcher, start, now->pattern);
        if (end == NULL || end == now->last_end) continue;
        now->offset = (size_t)(end - now->subject);
        now->last_end = end;
        return nj_push_captures(&matcher, start, end);
    }
    now->offset = now->length + 1;
    return 0;
}

static int gmatch(lua_State *L) {
    progress start = {0};
    start.subject = luaL_checklstring(L, 1, &start.length);
    start.pattern = luaL_checklstring(L, 2, &start.pattern_length);
    size_t offset = start_offset(luaL_optinteger(L, 3, 1), start.length);
    start.offset = offset <= start.length ? offset : start.length + 1;
    lua_settop(L, 2);
    progress *now = lua_newuserdatauv(L, sizeof *now, 0);
    *now = start;
    lua_insert(L, 1);
    lua_pushcclosure(L, gmatch_step, 3);
    return 1;
}

// MARK: gsub

/// Adds the replacement text at argument 3 with its captures filled in.
static void add_text(nj_matcher *matcher, luaL_Buffer *result, const char *start, const char *end) {
    lua_State *L = matcher->L;
    size_t length;
    const char *text = lua_tolstring(L, 3, &length);
    const char *text_end = text + length;
    while (true) {
        const char *escape = memchr(text, '%', (size_t)(text_end - text));
        luaL_addlstring(result, text, (size_t)((escape == NULL ? text_end : escape) - text));
        if (escape == NULL) return;
        char next = escape[1];
        if (next == '%') {
            luaL_addchar(result, next);
        } else if (next == '0') {
            luaL_addlstring(result, start, (size_t)(end - start));
        } else if ('1' <= next && next <= '9') {
            const char *capture;
            ptrdiff_t size = nj_capture(matcher, next - '1', start, end, &capture);
            if (size == NJ_POSITION) {
                nj_push_capture(matcher, next - '1', start, end);
                luaL_addvalue(result);
            } else {
                luaL_addlstring(result, capture, (size_t)size);
            }
        } else {
            luaL_error(L, "invalid use of '%c' in replacement string", '%');
        }
        text = escape + 2;
    }
}

/// Adds what takes the place of a match.
static void add_replacement(nj_matcher *matcher, luaL_Buffer *result, const char *start,
                            const char *end) {
    lua_State *L = matcher->L;
    switch (lua_type(L, 3)) {
        case LUA_TFUNCTION:
            lua_pushvalue(L, 3);
            lua_call(L, nj_push_captures(matcher, start, end), 1);
            break;
        case LUA_TTABLE:
            nj_push_capture(matcher, 0, start, end);
            lua_gettable(L, 3);
            break;
        default: add_text(matcher, result, start, end); return;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(result, start, (size_t)(end - start));
    } else if (lua_isstring(L, -1)) {
        luaL_addvalue(result);
    } else {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    }
}

static int gsub(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    int kind = lua_type(L, 3);
    luaL_argexpected(L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION ||
                     kind == LUA_TTABLE, 3, "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    lua_settop(L, 3);
    if (kind == LUA_TNUMBER) lua_tolstring(L, 3, NULL);
    nj_matcher matcher;
    nj_matcher_init(&matcher, L, subject, length, pattern + pattern_length);
    bool is_anchored = pattern_length > 0 && *pattern == '^';
    if (is_anchored) pattern++;
    const char *place = subject, *last_end = NULL;
    lua_Integer count = 0;
    luaL_Buffer result;
    luaL_buffinit(L, &result);
    while (count < most) {
        const char *next = is_anchored ? place : nj_skip(&matcher, place, pattern);
        luaL_addlstring(&result, place, (size_t)(next - place));
        place = next;
        const char *end = nj_match_at(&matcher, place, pattern);
        if (end != NULL && end != last_end) {
            count++;
            add_replacement(&matcher, &result, place, end);
            place = last_end = end;
        } else if (place < matcher.subject_end) {
            luaL_addchar(&result, *place);
            place++;
        } else {
            break;
        }
        if (is_anchored) break;
    }
    luaL_addlstring(&result, place, (size_t)(matcher.subject_end - place));
    luaL_pushresult(&result);
    lua_pushinteger(L, count);
    return 2;
}

// MARK: rep

/// string.rep; Lua's own one, the upvalue, repeats nothing as often as it is asked to.
static int repeat(lua_State *L) {
    size_t length, separator_length = 0;
    luaL_checklstring(L, 1, &length);
    luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &separator_length);
    if (length == 0 && separator_length == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    lua_settop(L, 3);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 3, 1);
    return 1;
}

void nj_install_patterns(lua_State *L) {
    lua_getglobal(L, LUA_STRLIBNAME);
    lua_getfield(L, -1, "rep");
    lua_pushcclosure(L, repeat, 1);
    lua_setfield(L, -2, "rep");
    nj_set_function(L, "find", find);
    nj_set_function(L, "match", match);
    nj_set_function(L, "gmatch", gmatch);
    nj_set_function(L, "gsub", gsub);
    lua_pop(L, 1);
}
