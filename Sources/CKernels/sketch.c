// Random projections of matrices whose rows are folded into one short vector.

#include "sketch.h"

#include "clones.h"
#include "rows.h"

/// out[k + shift] += sign·flips[k]·x[k], starting anew at the end of out.
NJ_INLINE void fold_row(long size, long shift, float sign, const float *restrict flips,
                        long columns, const float *restrict x, float *restrict out) {
    long k = 0;
    while (k < columns) {
        long count = columns - k < size - shift ? columns - k : size - shift;
        for (long i = 0; i < count; i++) out[shift + i] += sign * flips[k + i] * x[k + i];
        k += count;
        shift = 0;
    }
}

NJ_CLONES void nj_fold_rows(nj_folding f, long first, long rows, long columns, const float *x,
                            float *out) {
    for (long r = 0; r < rows; r++)
        fold_row(f.size, f.shifts[first + r], f.signs[first + r], f.flips, columns, x + r * columns,
                 out);
}

NJ_CLONES void nj_fold_chosen_rows(nj_folding f, long rows, long columns, const float *x,
                                   long x_stride, const int32_t *ids, long ids_stride,
                                   float *out) {
    for (long r = 0; r < rows; r++) {
        int32_t id = ids[r * ids_stride];
        if (id < 0) continue;
        fold_row(f.size, f.shifts[id], f.signs[id], f.flips, columns, x + r * x_stride, out);
    }
}

NJ_CLONES void nj_fold_outer_sums(nj_folding f, long steps, long rows, long columns,
                                  const float *deltas, const float *x, float *scratch,
                                  float *out) {
    if (steps == 1) {
        for (long r = 0; r < rows; r++)
            fold_row(f.size, f.shifts[r], f.signs[r] * deltas[r], f.flips, columns, x, out);
        return;
    }
    // Four rows of the matrix at a time, which stay in the first-level cache.
    for (long r = 0; r < rows; r += 4) {
        long some = rows - r < 4 ? rows - r : 4;
        nj_outer_sums(steps, some, columns, deltas + r, rows, x, columns, scratch);
        nj_fold_rows(f, r, some, columns, scratch, out);
    }
}
