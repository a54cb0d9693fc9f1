// Functions of one variable, and how a gradient passes through them.

#ifndef NIGHTJAR_ACTIVATIONS_H
#define NIGHTJAR_ACTIVATIONS_H

/// y[i] = f(x[i]); not-a-number stays not-a-number.
void nj_log(long count, const float *x, float *y);
void nj_square_root(long count, const float *x, float *y);
void nj_absolute(long count, const float *x, float *y);
void nj_floor(long count, const float *x, float *y);
void nj_ceiling(long count, const float *x, float *y);
/// The nearest whole number; of two, the even one.
void nj_round_to_even(long count, const float *x, float *y);
/// -1, 0 or 1; not-a-number for one.
void nj_sign(long count, const float *x, float *y);
void nj_relu(long count, const float *x, float *y);
/// x·Φ(x) with the normal distribution function Φ.
void nj_gelu(long count, const float *x, float *y);
/// log(1 + e^x).
void nj_softplus(long count, const float *x, float *y);

/// Functions with a parameter.
void nj_leaky_relu(long count, float slope, const float *x, float *y);
void nj_power(long count, float exponent, const float *x, float *y);
void nj_clamp(long count, float low, float high, const float *x, float *y);

/// out[i] = g[i]·f'(x[i]), where y = f(x) is at hand too.
void nj_exp_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_log_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_square_root_gradient(long count, const float *x, const float *y, const float *g,
                             float *out);
/// 0 where x is 0.
void nj_absolute_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_tanh_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_sigmoid_gradient(long count, const float *x, const float *y, const float *g, float *out);
/// 0 where x is 0.
void nj_relu_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_gelu_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_softplus_gradient(long count, const float *x, const float *y, const float *g, float *out);
void nj_leaky_relu_gradient(long count, float slope, const float *x, const float *g, float *out);
void nj_power_gradient(long count, float exponent, const float *x, const float *g, float *out);
/// g[i] where low <= x[i] <= high, else 0.
void nj_clamp_gradient(long count, float low, float high, const float *x, const float *g,
                       float *out);

/// losses[i] = log(1 + e^x) - t·x, the cross-entropy of a logit and a target in 0...1.
void nj_binary_cross_entropy(long count, const float *x, const float *targets, float *losses);

#endif
