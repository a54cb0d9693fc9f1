// Lua's patterns, with a way out.
//
// A pattern such as `.-.-.-.-x` takes the fourth power of the subject's length, inside one call of a C
// function that no hook interrupts. This matcher has the language and the messages of Lua's own one
// and looks now and then whether it must stop.

#include "pattern.h"

#include <ctype.h>
#include <string.h>

enum { ESCAPE = '%', MAX_DEPTH = 200, STEPS_BETWEEN_CHECKS = 1 << 14 };

static const char *match(nj_matcher *matcher, const char *place, const char *pattern);

void nj_matcher_init(nj_matcher *matcher, lua_State *L, const char *subject, size_t length,
                     const char *pattern_end) {
    matcher->L = L;
    matcher->subject = subject;
    matcher->subject_end = subject + length;
    matcher->pattern_end = pattern_end;
    matcher->steps = 0;
}

/// Notes that `steps` characters were looked at, and stops the script now and then if it must.
static inline void work(nj_matcher *matcher, size_t steps) {
    matcher->steps += steps;
    if (unlikely(matcher->steps >= STEPS_BETWEEN_CHECKS)) {
        nj_spend(matcher->L, (long long)matcher->steps);
        matcher->steps = 0;
    }
}

// MARK: Single characters

/// Where the item for one character that starts at `pattern` ends.
static inline const char *item_end(nj_matcher *matcher, const char *pattern) {
    const char *end = matcher->pattern_end;
    char first = *pattern++;
    if (first == ESCAPE) {
        if (pattern == end) luaL_error(matcher->L, "malformed pattern (ends with '%%')");
        return pattern + 1;
    }
    if (first != '[') return pattern;
    if (pattern != end && *pattern == '^') pattern++;
    // A bracket that comes first is a member.
    do {
        if (pattern == end) luaL_error(matcher->L, "malformed pattern (missing ']')");
        if (*pattern++ == ESCAPE) {
            if (pattern == end) luaL_error(matcher->L, "malformed pattern (missing ']')");
            pattern++;
        }
    } while (pattern == end || *pattern != ']');
    return pattern + 1;
}

/// Whether a character belongs to the class that a letter names; other "letters" name themselves.
static inline bool in_class(int character, int letter) {
    switch (letter) {
        case 'a': return isalpha(character);
        case 'A': return !isalpha(character);
        case 'c': return iscntrl(character);
        case 'C': return !iscntrl(character);
        case 'd': return isdigit(character);
        case 'D': return !isdigit(character);
        case 'g': return isgraph(character);
        case 'G': return !isgraph(character);
        case 'l': return islower(character);
        case 'L': return !islower(character);
        case 'p': return ispunct(character);
        case 'P': return !ispunct(character);
        case 's': return isspace(character);
        case 'S': return !isspace(character);
        case 'u': return isupper(character);
        case 'U': return !isupper(character);
        case 'w': return isalnum(character);
        case 'W': return !isalnum(character);
        case 'x': return isxdigit(character);
        case 'X': return !isxdigit(character);
        case 'z': return character == 0;
        case 'Z': return character != 0;
        default: return letter == character;
    }
}

/// Whether a character is in the set from `[` at `set` to `]` at `last`.
static bool in_set(int character, const char *set, const char *last) {
    bool is_negated = set[1] == '^';
    if (is_negated) set++;
    for (set++; set < last; set++) {
        if (*set == ESCAPE) {
            set++;
            if (in_class(character, (unsigned char)*set)) return !is_negated;
        } else if (set[1] == '-' && set + 2 < last) {
            if ((unsigned char)set[0] <= character && character <= (unsigned char)set[2])
                return !is_negated;
            set += 2;
        } else if ((unsigned char)*set == character) {
            return !is_negated;
        }
    }
    return is_negated;
}

/// Whether the item from `pattern` to `end` matches the character at `place`.
static inline bool matches_item(nj_matcher *matcher, const char *place, const char *pattern,
                         const char *end) {
    if (place >= matcher->subject_end) return false;
    int character = (unsigned char)*place;
    switch (*pattern) {
        case '.': return true;
        case ESCAPE: return in_class(character, (unsigned char)pattern[1]);
        case '[': return in_set(character, pattern, end - 1);
        default: return (unsigned char)*pattern == character;
    }
}

// MARK: Repetition

static const char *match_longest(nj_matcher *matcher, const char *place, const char *pattern,
                                 const char *end) {
    ptrdiff_t count = 0;
    while (matches_item(matcher, place + count, pattern, end)) count++;
    work(matcher, (size_t)count);
    for (; count >= 0; count--) {
        const char *found = match(matcher, place + count, end + 1);
        if (found != NULL) return found;
    }
    return NULL;
}

static const char *match_shortest(nj_matcher *matcher, const char *place, const char *pattern,
                                  const char *end) {
    while (true) {
        const char *found = match(matcher, place, end + 1);
        if (found != NULL) return found;
        if (!matches_item(matcher, place, pattern, end)) return NULL;
        place++;
    }
}

// MARK: Captures

static const char *open_capture(nj_matcher *matcher, const char *place, const char *pattern,
                                ptrdiff_t length) {
    if (matcher->count >= NJ_MAX_CAPTURES) luaL_error(matcher->L, "too many captures");
    matcher->captures[matcher->count].start = place;
    matcher->captures[matcher->count].length = length;
    matcher->count++;
    const char *found = match(matcher, place, pattern);
    if (found == NULL) matcher->count--;
    return found;
}

static const char *close_capture(nj_matcher *matcher, const char *place, const char *pattern) {
    int index = matcher->count - 1;
    while (index >= 0 && matcher->captures[index].length != NJ_UNCLOSED) index--;
    if (index < 0) luaL_error(matcher->L, "invalid pattern capture");
    matcher->captures[index].length = place - matcher->captures[index].start;
    const char *found = match(matcher, place, pattern);
    if (found == NULL) matcher->captures[index].length = NJ_UNCLOSED;
    return found;
}

/// Where the text of an earlier capture, repeated at `place`, ends.
static const char *match_again(nj_matcher *matcher, const char *place, int digit) {
    int index = digit - '1';
    if (index < 0 || index >= matcher->count || matcher->captures[index].length == NJ_UNCLOSED)
        luaL_error(matcher->L, "invalid capture index %%%d", index + 1);
    // A position capture counts as more than any subject holds, as in Lua.
    size_t length = (size_t)matcher->captures[index].length;
    if ((size_t)(matcher->subject_end - place) < length) return NULL;
    if (memcmp(matcher->captures[index].start, place, length) != 0) return NULL;
    work(matcher, length / 16);
    return place + length;
}

// MARK: What starts with %

/// Where the balanced text that starts at `place` ends; the two delimiters are at `pattern`.
static const char *match_balanced(nj_matcher *matcher, const char *place, const char *pattern) {
    if (pattern >= matcher->pattern_end - 1)
        luaL_error(matcher->L, "malformed pattern (missing arguments to '%%b')");
    if (place >= matcher->subject_end || *place != pattern[0]) return NULL;
    ptrdiff_t open = 1;
    while (++place < matcher->subject_end) {
        work(matcher, 1);
        if (*place == pattern[1]) {
            if (--open == 0) return place + 1;
        } else if (*place == pattern[0]) {
            open++;
        }
    }
    return NULL;
}

/// Whether the set from `pattern` to `end` begins to match at `place`.
static bool is_frontier(nj_matcher *matcher, const char *place, const char *pattern,
                        const char *end) {
    int before = place == matcher->subject ? '\0' : (unsigned char)place[-1];
    int here = place < matcher->subject_end ? (unsigned char)*place : '\0';
    return !in_set(before, pattern, end - 1) && in_set(here, pattern, end - 1);
}

// MARK: The whole

static const char *match_rest(nj_matcher *matcher, const char *place, const char *pattern) {
    while (pattern != matcher->pattern_end) {
        work(matcher, 1);
        switch (*pattern) {
            case '(':
                if (pattern + 1 != matcher->pattern_end && pattern[1] == ')')
                    return open_capture(matcher, place, pattern + 2, NJ_POSITION);
                return open_capture(matcher, place, pattern + 1, NJ_UNCLOSED);
            case ')': return close_capture(matcher, place, pattern + 1);
            case '$':
                if (pattern + 1 == matcher->pattern_end)
                    return place == matcher->subject_end ? place : NULL;
                break;
            case ESCAPE: {
                int next = pattern + 1 == matcher->pattern_end ? 0 : (unsigned char)pattern[1];
                if (next == 'b') {
                    place = match_balanced(matcher, place, pattern + 2);
                    if (place == NULL) return NULL;
                    pattern += 4;
                    continue;
                }
                if (next == 'f') {
                    pattern += 2;
                    if (pattern == matcher->pattern_end || *pattern != '[')
                        luaL_error(matcher->L, "missing '[' after '%%f' in pattern");
                    const char *end = item_end(matcher, pattern);
                    if (!is_frontier(matcher, place, pattern, end)) return NULL;
                    pattern = end;
                    continue;
                }
                if ('0' <= next && next <= '9') {
                    place = match_again(matcher, place, next);
                    if (place == NULL) return NULL;
                    pattern += 2;
                    continue;
                }
                break;
            }
            default: break;
        }
        const char *end = item_end(matcher, pattern);
        char suffix = end == matcher->pattern_end ? '\0' : *end;
        bool is_optional = suffix == '*' || suffix == '-' || suffix == '?';
        if (!matches_item(matcher, place, pattern, end)) {
            if (!is_optional) return NULL;
            pattern = end + 1;
        } else if (suffix == '*' || suffix == '+') {
            return match_longest(matcher, suffix == '+' ? place + 1 : place, pattern, end);
        } else if (suffix == '-') {
            return match_shortest(matcher, place, pattern, end);
        } else if (suffix == '?') {
            const char *found = match(matcher, place + 1, end + 1);
            if (found != NULL) return found;
            pattern = end + 1;
        } else {
            place++;
            pattern = end;
        }
    }
    return place;
}

/// Whether the pattern begins with an item for one character, rather than with something special.
static bool begins_with_item(const nj_matcher *matcher, const char *pattern) {
    const char *end = matcher->pattern_end;
    if (pattern == end || *pattern == '(' || *pattern == ')') return false;
    if (*pattern == '$') return pattern + 1 != end;
    if (*pattern != ESCAPE) return true;
    return pattern + 1 != end && pattern[1] != 'b' && pattern[1] != 'f' &&
           (pattern[1] < '0' || pattern[1] > '9');
}

const char *nj_skip(nj_matcher *matcher, const char *place, const char *pattern) {
    if (!begins_with_item(matcher, pattern)) return place;
    const char *end = item_end(matcher, pattern);
    if (end != matcher->pattern_end && (*end == '*' || *end == '-' || *end == '?')) return place;
    const char *start = place;
    if (strchr(".[%", *pattern) == NULL) {
        place = memchr(place, *pattern, (size_t)(matcher->subject_end - place));
        if (place == NULL) place = matcher->subject_end;
    } else {
        while (place < matcher->subject_end && !matches_item(matcher, place, pattern, end)) place++;
    }
    work(matcher, (size_t)(place - start));
    return place;
}

static const char *match(nj_matcher *matcher, const char *place, const char *pattern) {
    if (matcher->depth-- == 0) luaL_error(matcher->L, "pattern too complex");
    const char *found = match_rest(matcher, place, pattern);
    matcher->depth++;
    return found;
}

const char *nj_match_at(nj_matcher *matcher, const char *place, const char *pattern) {
    matcher->count = 0;
    matcher->depth = MAX_DEPTH;
    return match(matcher, place, pattern);
}

ptrdiff_t nj_capture(nj_matcher *matcher, int index, const char *start, const char *end,
                     const char **text) {
    if (index >= matcher->count) {
        if (index != 0) luaL_error(matcher->L, "invalid capture index %%%d", index + 1);
        *text = start;
        return end - start;
    }
    *text = matcher->captures[index].start;
    ptrdiff_t length = matcher->captures[index].length;
    if (length == NJ_UNCLOSED) luaL_error(matcher->L, "unfinished capture");
    return length;
}

void nj_push_capture(nj_matcher *matcher, int index, const char *start, const char *end) {
    const char *text;
    ptrdiff_t length = nj_capture(matcher, index, start, end, &text);
    if (length == NJ_POSITION) lua_pushinteger(matcher->L, text - matcher->subject + 1);
    else lua_pushlstring(matcher->L, text, (size_t)length);
}

int nj_push_captures(nj_matcher *matcher, const char *start, const char *end) {
    int count = matcher->count == 0 && start != NULL ? 1 : matcher->count;
    luaL_checkstack(matcher->L, count, "too many captures");
    for (int index = 0; index < count; index++) nj_push_capture(matcher, index, start, end);
    return count;
}
