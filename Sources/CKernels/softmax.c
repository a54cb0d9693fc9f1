#include "softmax.h"

#include <math.h>

#include "approximations.h"
#include "reductions.h"

enum { lanes = 32 };

/// z += bias, and the largest z. Lanes keep the loop free of a serial dependency.
NJ_INLINE float add_bias_and_find_largest(long count, float *restrict z,
                                          const float *restrict bias) {
    float largest[lanes];
    for (int l = 0; l < lanes; l++) largest[l] = -INFINITY;
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) {
            float value = z[i + l] + bias[i + l];
            z[i + l] = value;
            largest[l] = value > largest[l] ? value : largest[l];
        }
    float result = -INFINITY;
    for (long i = whole; i < count; i++) {
        z[i] += bias[i];
        result = z[i] > result ? z[i] : result;
    }
    for (int l = 0; l < lanes; l++) result = largest[l] > result ? largest[l] : result;
    return result;
}

/// The largest x, -infinity when there is none. Lanes keep the loop free of a serial dependency.
NJ_INLINE float find_largest(long count, const float *x) {
    float largest[lanes];
    for (int l = 0; l < lanes; l++) largest[l] = -INFINITY;
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) largest[l] = x[i + l] > largest[l] ? x[i + l] : largest[l];
    float result = -INFINITY;
    for (long i = whole; i < count; i++) result = x[i] > result ? x[i] : result;
    for (int l = 0; l < lanes; l++) result = largest[l] > result ? largest[l] : result;
    return result;
}

/// y = e^(x - largest), and its sum.
NJ_INLINE float exponentials(long count, const float *x, float largest, float *y) {
    float sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) {
            float value = nj_expf(x[i + l] - largest);
            y[i + l] = value;
            sums[l] += value;
        }
    float sum = 0;
    for (long i = whole; i < count; i++) {
        y[i] = nj_expf(x[i] - largest);
        sum += y[i];
    }
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

/// The sum of e^(x - largest) alone.
NJ_INLINE float exponential_sum(long count, const float *x, float largest) {
    float sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += nj_expf(x[i + l] - largest);
    float sum = 0;
    for (long i = whole; i < count; i++) sum += nj_expf(x[i] - largest);
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

NJ_CLONES void nj_softmax_cross_entropy(long rows, long classes, float *logits,
                                        const float *bias, const int32_t *targets,
                                        const float *gradient_scale, float *losses,
                                        float *restrict sums) {
    for (long i = 0; i < classes && sums; i++) sums[i] = 0;
    for (long r = 0; r < rows; r++) {
        float *restrict z = logits + r * classes;
        if (targets[r] < 0) {
            for (long i = 0; i < classes; i++) z[i] = 0;
            losses[r] = 0;
            continue;
        }
        float largest = add_bias_and_find_largest(classes, z, bias);
        float target = z[targets[r]];
        float sum = exponentials(classes, z, largest, z);
        losses[r] = logf(sum) + largest - target;
        float scale = gradient_scale[r] / sum;
        for (long i = 0; i < classes; i++) z[i] *= scale;
        if (sums)
            for (long i = 0; i < classes; i++) sums[i] += z[i];
    }
}

NJ_CLONES void nj_softmax_curvature(long rows, long classes, const float *tangents,
                                    const float *gradient_scale, float *gradients,
                                    float *restrict sums) {
    for (long i = 0; i < classes && sums; i++) sums[i] = 0;
    for (long r = 0; r < rows; r++) {
        const float *restrict t = tangents + r * classes;
        float *restrict g = gradients + r * classes;
        if (gradient_scale[r] == 0) continue;
        const float mean = nj_dot(classes, g, t) / gradient_scale[r];
        for (long i = 0; i < classes; i++) g[i] *= t[i] - mean;
        if (sums)
            for (long i = 0; i < classes; i++) sums[i] += g[i];
    }
}

void nj_subtract_targets(long rows, long classes, const int32_t *targets,
                         const float *gradient_scale, float *gradients) {
    for (long r = 0; r < rows; r++)
        if (targets[r] >= 0) gradients[r * classes + targets[r]] -= gradient_scale[r];
}

NJ_CLONES void nj_cross_entropy(long rows, long classes, float *logits, const float *bias,
                                const int32_t *targets, float *losses) {
    for (long r = 0; r < rows; r++) {
        float *z = logits + r * classes;
        float largest = add_bias_and_find_largest(classes, z, bias);
        if (targets[r] < 0) {
            losses[r] = 0;
            continue;
        }
        losses[r] = logf(exponential_sum(classes, z, largest)) + largest - z[targets[r]];
    }
}

NJ_CLONES void nj_softmax(long rows, long classes, const float *x, float *y) {
    for (long r = 0; r < rows; r++) {
        const float *source = x + r * classes;
        float *row = y + r * classes;
        float scale = 1.0f / exponentials(classes, source, find_largest(classes, source), row);
        for (long i = 0; i < classes; i++) row[i] *= scale;
    }
}

NJ_CLONES void nj_log_sum_exp(long rows, long classes, const float *x, float *out) {
    for (long r = 0; r < rows; r++) {
        const float *row = x + r * classes;
        float largest = find_largest(classes, row);
        // Infinity minus itself would be not-a-number; unshifted, the sum is 0 or infinite.
        float origin = fabsf(largest) == INFINITY ? 0.0f : largest;
        out[r] = logf(exponential_sum(classes, row, origin)) + origin;
    }
}

NJ_CLONES void nj_softmax_gradient(long rows, long classes, const float *y, const float *g,
                                   float *out) {
    for (long r = 0; r < rows; r++) {
        const float *restrict p = y + r * classes;
        const float *restrict upstream = g + r * classes;
        float *restrict result = out + r * classes;
        float mean = nj_dot(classes, p, upstream);
        for (long i = 0; i < classes; i++) result[i] = p[i] * (upstream[i] - mean);
    }
}

NJ_CLONES void nj_log_softmax_gradient(long rows, long classes, const float *y, const float *g,
                                       float *out) {
    for (long r = 0; r < rows; r++) {
        const float *restrict log_p = y + r * classes;
        const float *restrict upstream = g + r * classes;
        float *restrict result = out + r * classes;
        float sum = (float)nj_sum(classes, upstream);
        for (long i = 0; i < classes; i++) result[i] = upstream[i] - nj_expf(log_p[i]) * sum;
    }
}

NJ_CLONES void nj_log_sum_exp_gradient(long rows, long classes, const float *x, const float *y,
                                       const float *g, float *out) {
    for (long r = 0; r < rows; r++) {
        const float *restrict row = x + r * classes;
        float *restrict result = out + r * classes;
        for (long i = 0; i < classes; i++) result[i] = g[r] * nj_expf(row[i] - y[r]);
    }
}
