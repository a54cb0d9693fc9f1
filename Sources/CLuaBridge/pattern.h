// Lua's patterns: one attempt to match at one place.

#ifndef NIGHTJAR_PATTERN_H
#define NIGHTJAR_PATTERN_H

#include "bridge.h"

/// What the length of a capture is when it has none.
enum { NJ_UNCLOSED = -1, NJ_POSITION = -2 };

enum { NJ_MAX_CAPTURES = 32 };

/// A pattern on its way through a subject.
typedef struct {
    lua_State *L;
    const char *subject, *subject_end;
    const char *pattern_end;
    /// Characters looked at since the last check.
    size_t steps;
    int depth;
    int count;
    struct {
        const char *start;
        ptrdiff_t length;
    } captures[NJ_MAX_CAPTURES];
} nj_matcher;

/// Prepares matching of the pattern up to `pattern_end`.
void nj_matcher_init(nj_matcher *matcher, lua_State *L, const char *subject, size_t length,
                     const char *pattern_end);

/// The first place from `place` on where a match can start: one where the first item of the pattern
/// matches, if the pattern needs one, or the end of the subject. Raises the same errors.
const char *nj_skip(nj_matcher *matcher, const char *place, const char *pattern);

/// Where the match that starts at `place` ends, or NULL. Raises an error for a malformed pattern,
/// and the kill when the script must stop.
const char *nj_match_at(nj_matcher *matcher, const char *place, const char *pattern);

/// The length of capture `index`, or of the whole match if there are no captures and the index is 0,
/// with its text in `*text`; NJ_POSITION for the position of `*text`.
ptrdiff_t nj_capture(nj_matcher *matcher, int index, const char *start, const char *end,
                     const char **text);

/// Pushes capture `index`, or the whole match if there are no captures and the index is 0.
void nj_push_capture(nj_matcher *matcher, int index, const char *start, const char *end);

/// Pushes all captures, or the whole match if there are none and `start` is not NULL.
int nj_push_captures(nj_matcher *matcher, const char *start, const char *end);

#endif
