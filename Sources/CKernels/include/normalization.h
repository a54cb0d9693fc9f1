// Rows brought to a common scale.

#ifndef NIGHTJAR_NORMALIZATION_H
#define NIGHTJAR_NORMALIZATION_H

/// y[r] = (x[r] - mean) · inverse[r], with inverse[r] = 1 / √(variance + epsilon) over the row.
void nj_standardize(long rows, long columns, float epsilon, const float *x, float *y,
                    float *inverse);

/// The gradient of `nj_standardize` from its results: inverse·(g - mean(g) - y·mean(g·y)).
void nj_standardize_gradient(long rows, long columns, const float *y, const float *inverse,
                             const float *g, float *out);

/// y[r] = x[r] · inverse[r], with inverse[r] = 1 / max(‖x[r]‖, epsilon).
void nj_l2_normalize(long rows, long columns, float epsilon, const float *x, float *y,
                     float *inverse);

/// The gradient of `nj_l2_normalize`: inverse·(g - y·(g·y)), or inverse·g where epsilon was larger
/// than the norm.
void nj_l2_normalize_gradient(long rows, long columns, float epsilon, const float *y,
                              const float *inverse, const float *g, float *out);

#endif
