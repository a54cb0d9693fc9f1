// Rows brought to a common scale.

#ifndef NIGHTJAR_NORMALIZATION_H
#define NIGHTJAR_NORMALIZATION_H

/// y[r] = (x[r] - mean) · inverse[r], with inverse[r] = 1 / √(variance + epsilon) over the row.
void nj_standardize(long rows, long columns, float epsilon, const float *x, float *y,
                    float *inverse);

/// The gradient of `nj_standardize` from its results: inverse·(g - mean(g) - y·mean(g·y)).
void nj_standardize_gradient(long rows, long columns, const float *y, const float *inverse,
                             const float *g, float *out);

/// y[r] = gain·(x[r] - mean[r])·inverse[r] + bias, with inverse[r] = 1 / √(variance + epsilon) over the
/// row.
void nj_layer_norm(long rows, long columns, float epsilon, const float *x, const float *gain,
                   const float *bias, float *y, float *mean, float *inverse);

/// The gradient of `nj_layer_norm` by x; and g·(x - mean)·inverse, that by the gain, of each row in
/// `products`, or added to the row `gain_sums`, and that by the bias, g, added to `bias_sums`. What is
/// NULL is left out.
void nj_layer_norm_gradient(long rows, long columns, const float *x, const float *gain,
                            const float *mean, const float *inverse, const float *g, float *out,
                            float *products, float *gain_sums, float *bias_sums);

/// y[r] = x[r] · inverse[r], with inverse[r] = 1 / max(‖x[r]‖, epsilon).
void nj_l2_normalize(long rows, long columns, float epsilon, const float *x, float *y,
                     float *inverse);

/// The gradient of `nj_l2_normalize`: inverse·(g - y·(g·y)), or inverse·g where epsilon was larger
/// than the norm.
void nj_l2_normalize_gradient(long rows, long columns, float epsilon, const float *y,
                              const float *inverse, const float *g, float *out);

#endif
