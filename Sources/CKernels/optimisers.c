#include "optimisers.h"

#include <math.h>
#include <stddef.h>

#include "clones.h"

/// The same loop with a gradient and without, so that neither tests for it on each element.
#define WITH_GRADIENT(body)                                \
    if (gradient != NULL) {                                \
        for (long i = 0; i < count; i++) {                 \
            float g = scale * gradient[i] + l2 * p[i];     \
            body                                           \
        }                                                  \
    } else {                                               \
        for (long i = 0; i < count; i++) {                 \
            float g = l2 * p[i];                           \
            body                                           \
        }                                                  \
    }

NJ_CLONES void nj_adam(long count, float *restrict p, const float *restrict gradient,
                       float *restrict m, float *restrict v, float scale, float beta1, float beta2,
                       float step, float inverse_root, float epsilon, float l2, float shrink) {
    WITH_GRADIENT({
        float first = beta1 * m[i] + (1.0f - beta1) * g;
        float second = beta2 * v[i] + (1.0f - beta2) * g * g;
        m[i] = first;
        v[i] = second;
        p[i] = shrink * p[i] - step * first / (sqrtf(second) * inverse_root + epsilon);
    })
}

NJ_CLONES void nj_momentum(long count, float *restrict p, const float *restrict gradient,
                           float *restrict m, float scale, float lr, float momentum, float l2) {
    WITH_GRADIENT({
        m[i] = momentum * m[i] + g;
        p[i] -= lr * m[i];
    })
}

NJ_CLONES void nj_descent(long count, float *restrict p, const float *restrict gradient,
                          float scale, float lr, float l2) {
    WITH_GRADIENT({ p[i] -= lr * g; })
}

NJ_CLONES void nj_adagrad(long count, float *restrict p, const float *restrict gradient,
                          float *restrict s, float scale, float lr, float epsilon, float l2) {
    WITH_GRADIENT({
        s[i] += g * g;
        p[i] -= lr * g / (sqrtf(s[i]) + epsilon);
    })
}
