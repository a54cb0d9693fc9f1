// Sorting and selection. Equal values keep their order, and not-a-number comes last either way.
//
// Both ask `must_stop` now and then, and leave `positions` unfinished when it answers other than 0.

#ifndef NIGHTJAR_ORDERING_H
#define NIGHTJAR_ORDERING_H

#include <stdint.h>

/// positions[0], positions[1], … list the elements of x from the smallest, or from the largest.
///
/// `scratch` has room for 3 × count numbers.
void nj_argsort(long count, const float *x, int is_descending, int32_t *positions,
                uint32_t *scratch, int (*must_stop)(void));

/// positions[0 ..< k] list the k largest elements of x from the largest; 1 <= k <= count.
///
/// Takes about count + k² log(count / k) / 2 steps for numbers in random order and count · k for
/// ascending ones: meant for small k. `scratch` has room for k.
void nj_top_k(long count, long k, const float *x, int32_t *positions, uint32_t *scratch,
              int (*must_stop)(void));

#endif
