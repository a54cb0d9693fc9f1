#include "activations.h"

#include "approximations.h"

#define FUNCTION(name, expression)                                        \
    NJ_CLONES void name(long count, const float *input, float *out) {     \
        for (long i = 0; i < count; i++) {                                \
            float x = input[i];                                           \
            out[i] = (expression);                                        \
        }                                                                 \
    }

#define GRADIENT(name, expression)                                                    \
    NJ_CLONES void name(long count, const float *input, const float *output,          \
                        const float *upstream, float *restrict out) {                 \
        for (long i = 0; i < count; i++) {                                            \
            float x = input[i], y = output[i], g = upstream[i];                       \
            (void)x, (void)y;                                                         \
            out[i] = (expression);                                                    \
        }                                                                             \
    }

NJ_INLINE float normal_density(float x) { return 0.39894228f * nj_expf(-0.5f * x * x); }

FUNCTION(nj_log, nj_logf(x))
FUNCTION(nj_square_root, sqrtf(x))
FUNCTION(nj_absolute, fabsf(x))
FUNCTION(nj_floor, floorf(x))
FUNCTION(nj_ceiling, ceilf(x))
FUNCTION(nj_round_to_even, rintf(x))
FUNCTION(nj_sign, x > 0 ? 1.0f : (x < 0 ? -1.0f : x))
FUNCTION(nj_relu, x < 0 ? 0.0f : x)
FUNCTION(nj_gelu, x * nj_normal_distributionf(x))
FUNCTION(nj_softplus, nj_softplusf(x))

GRADIENT(nj_exp_gradient, g * y)
GRADIENT(nj_log_gradient, g / x)
GRADIENT(nj_square_root_gradient, 0.5f * g / y)
GRADIENT(nj_absolute_gradient, x > 0 ? g : (x < 0 ? -g : 0.0f))
GRADIENT(nj_tanh_gradient, g * (1.0f - y * y))
GRADIENT(nj_sigmoid_gradient, g * y * (1.0f - y))
GRADIENT(nj_relu_gradient, x > 0 ? g : 0.0f)
GRADIENT(nj_gelu_gradient, g * (nj_normal_distributionf(x) + x * normal_density(x)))
GRADIENT(nj_softplus_gradient, g * nj_sigmoidf(x))

NJ_CLONES void nj_leaky_relu(long count, float slope, const float *x, float *y) {
    for (long i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

NJ_CLONES void nj_leaky_relu_gradient(long count, float slope, const float *x, const float *g,
                                      float *out) {
    for (long i = 0; i < count; i++) out[i] = x[i] > 0 ? g[i] : slope * g[i];
}

NJ_CLONES void nj_power(long count, float exponent, const float *x, float *y) {
    if (exponent == 2.0f)
        for (long i = 0; i < count; i++) y[i] = x[i] * x[i];
    else
        for (long i = 0; i < count; i++) y[i] = powf(x[i], exponent);
}

NJ_CLONES void nj_power_gradient(long count, float exponent, const float *x, const float *g,
                                 float *out) {
    if (exponent == 0.0f)  // 0·x^-1 would be not-a-number at 0
        for (long i = 0; i < count; i++) out[i] = 0;
    else if (exponent == 2.0f)
        for (long i = 0; i < count; i++) out[i] = 2.0f * g[i] * x[i];
    else
        for (long i = 0; i < count; i++) out[i] = g[i] * exponent * powf(x[i], exponent - 1.0f);
}

NJ_CLONES void nj_clamp(long count, float low, float high, const float *x, float *y) {
    for (long i = 0; i < count; i++) y[i] = x[i] < low ? low : (x[i] > high ? high : x[i]);
}

NJ_CLONES void nj_clamp_gradient(long count, float low, float high, const float *x,
                                 const float *g, float *out) {
    for (long i = 0; i < count; i++) out[i] = x[i] >= low && x[i] <= high ? g[i] : 0.0f;
}

NJ_CLONES void nj_binary_cross_entropy(long count, const float *x, const float *targets,
                                       float *losses) {
    for (long i = 0; i < count; i++) {
        float positive = x[i] < 0 ? 0.0f : x[i];
        float magnitude = x[i] < 0 ? -x[i] : x[i];
        // The two large terms meet before the small one, which would be lost beside either.
        losses[i] = (positive - targets[i] * x[i]) + nj_log_of_one_plus(nj_expf(-magnitude));
    }
}
