#include "mixture.h"

#include <string.h>

#include "approximations.h"
#include "clones.h"

NJ_CLONES void nj_mixture_scores(long classes, long tastes, long stride, float *products,
                                 float *scores) {
    enum { block = 64 };
    for (long first = 0; first < classes; first += block) {
        const long size = classes - first < block ? classes - first : block;
        float *taste = products + first, *attention = taste + tastes * stride;
        float largest[block], sum[block] = {0}, mean[block] = {0};
        memcpy(largest, attention, (size_t)size * sizeof(float));
        for (long k = 1; k < tastes; k++)
            for (long i = 0; i < size; i++) {
                const float a = attention[k * stride + i];
                largest[i] = a > largest[i] ? a : largest[i];
            }
        for (long k = 0; k < tastes; k++) {
            const float *restrict t = taste + k * stride;
            float *restrict a = attention + k * stride;
            for (long i = 0; i < size; i++) {
                a[i] = nj_expf(a[i] - largest[i]);
                sum[i] += a[i];
                mean[i] += a[i] * t[i];
            }
        }
        for (long i = 0; i < size; i++) {
            sum[i] = 1.0f / sum[i];
            mean[i] *= sum[i];
            scores[first + i] = mean[i];
        }
        for (long k = 0; k < tastes; k++) {
            float *restrict t = taste + k * stride;
            float *restrict a = attention + k * stride;
            for (long i = 0; i < size; i++) {
                const float weight = a[i] * sum[i];
                a[i] = weight * (t[i] - mean[i]);
                t[i] = weight;
            }
        }
    }
}
