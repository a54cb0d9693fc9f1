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
