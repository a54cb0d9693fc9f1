// Random zeros that belong to rows.

#ifndef NIGHTJAR_DROPOUT_H
#define NIGHTJAR_DROPOUT_H

#include <stdint.h>

/// How elements are left out: those whose random word is below `threshold`; the others are
/// multiplied by `scale`. `site` tells the places of one network apart.
typedef struct {
    uint32_t site;
    uint32_t threshold;
    float scale;
} nj_dropping;

/// y[r][k] = x[r][k] multiplied by `scale` or by 0, plus residual[r][k].
///
/// What is left out of a row depends on its key alone. `residual` may be NULL for zeros; `y` may be
/// `x`.
void nj_dropout(long rows, long columns, nj_dropping dropping, const uint64_t *keys, const float *x,
                const float *residual, float *y);

#endif
