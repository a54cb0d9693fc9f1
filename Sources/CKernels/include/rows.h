// Whole rows of matrices: looking them up, adding them up.

#ifndef NIGHTJAR_ROWS_H
#define NIGHTJAR_ROWS_H

#include <stdint.h>

/// y[r] = table[ids[r]] for `rows` rows of `columns`.
void nj_gather_rows(long rows, long columns, const float *table, const int32_t *ids, float *y);

/// out[g] = Σ x[members[m]] over starts[g] ≤ m < starts[g + 1], for `groups` groups of rows.
void nj_sum_row_groups(long groups, long columns, const float *x, const int32_t *starts,
                       const int32_t *members, float *out);

/// out[k] += Σ_r x[r][k].
void nj_add_column_sums(long rows, long columns, const float *x, float *out);

/// out[c][k] = Σ_t deltas[t·stride + c]·x[t·x_stride + k] for `columns` × `width` elements: a linear
/// map's gradient from few rows, too few for a matrix product to pay.
void nj_outer_sums(long steps, long columns, long width, const float *deltas, long stride,
                   const float *x, long x_stride, float *out);

/// y[r][k] += bias[k].
void nj_add_bias(long rows, long columns, const float *bias, float *y);

/// out[r][k] = x[r·row_stride + k·column_stride]: a transposed or otherwise strided copy.
void nj_copy_matrix(long rows, long columns, const float *x, long row_stride, long column_stride,
                    float *out);

#endif
