// Dropout of one row, for kernels that do more with it.

#ifndef NIGHTJAR_DROPOUT_ROW_H
#define NIGHTJAR_DROPOUT_ROW_H

#include "include/dropout.h"
#include "philox.h"

/// y = x multiplied by scale or 0, plus the residual where there is one.
NJ_INLINE void nj_drop_row(long count, nj_dropping dropping, uint64_t key, uint32_t part,
                           const float *x, const float *residual, float *y) {
    for (long start = 0; start < count; start += nj_philox_words) {
        uint32_t words[4][nj_philox_lanes];
        nj_philox(key, (uint32_t)(start / 4), dropping.site, part, words);
        const uint32_t *word = words[0];
        long size = count - start < nj_philox_words ? count - start : nj_philox_words;
        if (residual)
            for (long k = 0; k < size; k++)
                y[start + k] = residual[start + k] +
                               (word[k] < dropping.threshold ? 0.0f : dropping.scale * x[start + k]);
        else
            for (long k = 0; k < size; k++)
                y[start + k] = word[k] < dropping.threshold ? 0.0f : dropping.scale * x[start + k];
    }
}

#endif
