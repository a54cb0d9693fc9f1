// Random projections of matrices whose rows are folded into one short vector.

#ifndef NIGHTJAR_SKETCH_H
#define NIGHTJAR_SKETCH_H

#include <stdint.h>

/// How a matrix is folded: element k of row r goes to (k + shifts[r]) mod `size` with the sign
/// signs[r]·flips[k].
typedef struct {
    long size;
    const int32_t *shifts;
    const float *signs;
    const float *flips;
} nj_folding;

/// Adds `rows` rows of `columns` to `out`, of `size` numbers; the first is row `first` of its matrix.
void nj_fold_rows(nj_folding folding, long first, long rows, long columns, const float *x,
                  float *out);

/// Adds rows that are rows ids[r] of their matrix; ids below 0 are left out.
void nj_fold_chosen_rows(nj_folding folding, long rows, long columns, const float *x, long x_stride,
                         const int32_t *ids, long ids_stride, float *out);

/// Adds Σ_t deltas[t][r]·x[t][k], a matrix of `rows` × `columns` that is never written out.
/// `scratch` has room for 4 rows.
void nj_fold_outer_sums(nj_folding folding, long steps, long rows, long columns,
                        const float *deltas, const float *x, float *scratch, float *out);

#endif
