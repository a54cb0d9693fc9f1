#include "attention.h"

#include <math.h>
#include <string.h>

#include "approximations.h"
#include "dropout_row.h"
#include "reductions.h"

enum { lanes = 32 };

/// How many columns query r sees.
NJ_INLINE long seen_by(nj_attention shape, long r) {
    long seen = shape.visible + r * shape.step;
    return seen < shape.columns ? seen : shape.columns;
}

NJ_INLINE void hide(nj_attention shape, long seen, float *row) {
    memset(row + seen, 0, (size_t)(shape.columns - seen) * sizeof(float));
}

NJ_CLONES void nj_attention_weights(nj_attention shape, float scale, float *s) {
    for (long r = 0; r < shape.rows; r++) {
        float *restrict row = s + r * shape.columns;
        long seen = seen_by(shape, r), whole = seen - seen % lanes;
        float tops[lanes], sums[lanes];
        for (int l = 0; l < lanes; l++) tops[l] = -INFINITY, sums[l] = 0;
        for (long i = 0; i < whole; i += lanes)
            for (int l = 0; l < lanes; l++) tops[l] = row[i + l] > tops[l] ? row[i + l] : tops[l];
        float top = -INFINITY, sum = 0;
        for (long i = whole; i < seen; i++) top = row[i] > top ? row[i] : top;
        for (int l = 0; l < lanes; l++) top = tops[l] > top ? tops[l] : top;
        for (long i = 0; i < whole; i += lanes)
            for (int l = 0; l < lanes; l++) {
                float value = nj_expf(scale * (row[i + l] - top));
                row[i + l] = value;
                sums[l] += value;
            }
        for (long i = whole; i < seen; i++) {
            row[i] = nj_expf(scale * (row[i] - top));
            sum += row[i];
        }
        for (int l = 0; l < lanes; l++) sum += sums[l];
        float share = 1.0f / sum;
        for (long i = 0; i < seen; i++) row[i] *= share;
        hide(shape, seen, row);
    }
}

NJ_CLONES void nj_attention_dropout(nj_attention shape, nj_dropping dropping, const uint64_t *keys,
                                    uint32_t head, const float *p, float *q) {
    for (long r = 0; r < shape.rows; r++) {
        long seen = seen_by(shape, r);
        float *row = q + r * shape.columns;
        nj_drop_row(seen, dropping, keys[r], 1 + head, p + r * shape.columns, NULL, row);
        hide(shape, seen, row);
    }
}

NJ_CLONES void nj_attention_gradient(nj_attention shape, float scale, const float *p,
                                     const float *q, float *d) {
    for (long r = 0; r < shape.rows; r++) {
        const float *weights = p + r * shape.columns, *kept = q + r * shape.columns;
        float *restrict row = d + r * shape.columns;
        long seen = seen_by(shape, r);
        float mean = nj_dot(seen, kept, row);
        for (long i = 0; i < seen; i++) row[i] = scale * (kept[i] * row[i] - weights[i] * mean);
        hide(shape, seen, row);
    }
}
