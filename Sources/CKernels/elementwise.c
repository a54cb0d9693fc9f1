#include "elementwise.h"

#include "approximations.h"

NJ_CLONES void nj_axpy(long count, float scale, const float *restrict x, float *restrict y) {
    for (long i = 0; i < count; i++) y[i] += scale * x[i];
}

NJ_CLONES void nj_add_products(long count, const float *restrict x, const float *restrict y,
                               float *restrict out) {
    for (long i = 0; i < count; i++) out[i] += x[i] * y[i];
}

NJ_CLONES void nj_multiply_by(long count, const float *restrict x, float *restrict y) {
    for (long i = 0; i < count; i++) y[i] *= x[i];
}

NJ_CLONES void nj_scale(long count, float scale, const float *x, float *y) {
    for (long i = 0; i < count; i++) y[i] = scale * x[i];
}

NJ_CLONES void nj_exp(long count, const float *x, float *y) {
    for (long i = 0; i < count; i++) y[i] = nj_expf(x[i]);
}

NJ_CLONES void nj_sigmoid(long count, const float *x, float *y) {
    for (long i = 0; i < count; i++) y[i] = nj_sigmoidf(x[i]);
}

NJ_CLONES void nj_tanh(long count, const float *x, float *y) {
    for (long i = 0; i < count; i++) y[i] = nj_tanhf(x[i]);
}
