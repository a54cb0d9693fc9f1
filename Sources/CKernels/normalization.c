#include "normalization.h"

#include <math.h>

#include "clones.h"
#include "reductions.h"

NJ_CLONES void nj_standardize(long rows, long columns, float epsilon, const float *x, float *y,
                              float *inverse) {
    for (long r = 0; r < rows; r++) {
        const float *restrict row = x + r * columns;
        float *restrict result = y + r * columns;
        float mean = (float)(nj_sum(columns, row) / (double)columns);
        for (long k = 0; k < columns; k++) result[k] = row[k] - mean;
        double variance = nj_sum_of_squares(columns, result) / (double)columns;
        float scale = (float)(1.0 / sqrt(variance + epsilon));
        for (long k = 0; k < columns; k++) result[k] *= scale;
        inverse[r] = scale;
    }
}

NJ_CLONES void nj_standardize_gradient(long rows, long columns, const float *y,
                                       const float *inverse, const float *g, float *out) {
    for (long r = 0; r < rows; r++) {
        const float *restrict normal = y + r * columns;
        const float *restrict upstream = g + r * columns;
        float *restrict result = out + r * columns;
        float mean = (float)(nj_sum(columns, upstream) / (double)columns);
        float slope = nj_dot(columns, upstream, normal) / (float)columns;
        for (long k = 0; k < columns; k++)
            result[k] = inverse[r] * (upstream[k] - mean - normal[k] * slope);
    }
}

/// Σ g·(x - centre). Lanes keep the loop free of a serial dependency.
NJ_INLINE float centred_dot(long count, const float *g, const float *x, float centre) {
    enum { lanes = 32 };
    float sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += g[i + l] * (x[i + l] - centre);
    float sum = 0;
    for (long i = whole; i < count; i++) sum += g[i] * (x[i] - centre);
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

NJ_CLONES void nj_layer_norm(long rows, long columns, float epsilon, const float *x,
                             const float *restrict gain, const float *restrict bias, float *y,
                             float *mean, float *inverse) {
    for (long r = 0; r < rows; r++) {
        const float *restrict row = x + r * columns;
        float *restrict result = y + r * columns;
        float centre = (float)(nj_sum(columns, row) / (double)columns);
        for (long k = 0; k < columns; k++) result[k] = row[k] - centre;
        double variance = nj_sum_of_squares(columns, result) / (double)columns;
        float scale = (float)(1.0 / sqrt(variance + epsilon));
        for (long k = 0; k < columns; k++) result[k] = gain[k] * (result[k] * scale) + bias[k];
        mean[r] = centre;
        inverse[r] = scale;
    }
}

NJ_CLONES void nj_layer_norm_gradient(long rows, long columns, const float *x,
                                      const float *restrict gain, const float *mean,
                                      const float *inverse, const float *g, float *out,
                                      float *products, float *restrict gain_sums,
                                      float *restrict bias_sums) {
    for (long r = 0; r < rows; r++) {
        const float *restrict row = x + r * columns, *restrict upstream = g + r * columns;
        float *restrict result = out + r * columns;
        float centre = mean[r], scale = inverse[r];
        if (products)
            for (long k = 0; k < columns; k++)
                products[r * columns + k] = upstream[k] * ((row[k] - centre) * scale);
        if (gain_sums)
            for (long k = 0; k < columns; k++)
                gain_sums[k] += upstream[k] * ((row[k] - centre) * scale);
        if (bias_sums)
            for (long k = 0; k < columns; k++) bias_sums[k] += upstream[k];
        for (long k = 0; k < columns; k++) result[k] = upstream[k] * gain[k];
        float average = (float)(nj_sum(columns, result) / (double)columns);
        float slope = centred_dot(columns, result, row, centre) * scale / (float)columns;
        for (long k = 0; k < columns; k++)
            result[k] = scale * (result[k] - average - (row[k] - centre) * scale * slope);
    }
}

NJ_CLONES void nj_l2_normalize(long rows, long columns, float epsilon, const float *x, float *y,
                               float *inverse) {
    for (long r = 0; r < rows; r++) {
        const float *restrict row = x + r * columns;
        float *restrict result = y + r * columns;
        double norm = sqrt(nj_sum_of_squares(columns, row));
        float scale = (float)(1.0 / (norm < epsilon ? epsilon : norm));
        for (long k = 0; k < columns; k++) result[k] = scale * row[k];
        inverse[r] = scale;
    }
}

NJ_CLONES void nj_l2_normalize_gradient(long rows, long columns, float epsilon, const float *y,
                                        const float *inverse, const float *g, float *out) {
    for (long r = 0; r < rows; r++) {
        const float *restrict normal = y + r * columns;
        const float *restrict upstream = g + r * columns;
        float *restrict result = out + r * columns;
        int is_on_sphere = inverse[r] < 1.0f / epsilon;
        float slope = is_on_sphere ? nj_dot(columns, upstream, normal) : 0.0f;
        for (long k = 0; k < columns; k++)
            result[k] = inverse[r] * (upstream[k] - normal[k] * slope);
    }
}
