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

NJ_CLONES void nj_widen_bfloat16(long count, const uint16_t *restrict x, float *restrict y) {
    uint32_t *restrict bits = (uint32_t *)y;
    for (long i = 0; i < count; i++) bits[i] = (uint32_t)x[i] << 16;
}

NJ_CLONES void nj_round_to_bfloat16(long count, const float *restrict x, uint16_t *restrict y) {
    const uint32_t *restrict bits = (const uint32_t *)x;
    for (long i = 0; i < count; i++)
        y[i] = (uint16_t)((bits[i] + 0x7fffu + (bits[i] >> 16 & 1u)) >> 16);
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
