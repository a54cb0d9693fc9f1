#ifndef NIGHTJAR_REDUCTIONS_H
#define NIGHTJAR_REDUCTIONS_H

#include <stdint.h>

/// Σ x[i]·y[i], summed in lanes of single precision.
float nj_dot(long count, const float *x, const float *y);

/// Σ x[i]² in double precision.
double nj_sum_of_squares(long count, const float *x);

/// Σ x[i]·y[i], summed in double precision.
double nj_sum_of_products(long count, const float *x, const float *y);

/// Σ (x[i] - y[i])² in double precision.
double nj_squared_distance(long count, const float *x, const float *y);

/// Σ x[i] in double precision.
double nj_sum(long count, const float *x);

/// Whether every x[i] is finite.
int nj_all_finite(long count, const float *x);

/// How many x[i] are above and how many equal to `pivot`; the rank of a score among scores.
void nj_count_above(long count, const float *x, float pivot, int64_t *above, int64_t *equal);

/// out[r] = Σ_k x[r][k]·y[r][k] for `rows` rows of `columns`.
void nj_row_dots(long rows, long columns, const float *x, const float *y, float *out);

/// sums[r] += Σ_k x[r][k]·table[which[r]][k]; rows whose number is negative are left out.
void nj_add_gathered_row_dots(long rows, long columns, const float *x, const float *table,
                              const int32_t *which, float *sums);

#endif
