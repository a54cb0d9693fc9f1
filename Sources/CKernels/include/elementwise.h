#ifndef NIGHTJAR_ELEMENTWISE_H
#define NIGHTJAR_ELEMENTWISE_H

#include <stdint.h>

/// y[i] += scale * x[i].
void nj_axpy(long count, float scale, const float *x, float *y);

/// out[i] += x[i] * y[i].
void nj_add_products(long count, const float *x, const float *y, float *out);

/// y[i] *= x[i].
void nj_multiply_by(long count, const float *x, float *y);

/// y[i] = scale * x[i] (x and y may be the same).
void nj_scale(long count, float scale, const float *x, float *y);

/// y[i] = x[i], where x are the upper halves of floats.
void nj_widen_bfloat16(long count, const uint16_t *x, float *y);

/// The upper half of the float nearest to x[i], which is finite; ties go to the even one.
void nj_round_to_bfloat16(long count, const float *x, uint16_t *y);

/// y[i] = e^x[i].
void nj_exp(long count, const float *x, float *y);

/// y[i] = 1 / (1 + e^-x[i]).
void nj_sigmoid(long count, const float *x, float *y);

/// y[i] = tanh x[i].
void nj_tanh(long count, const float *x, float *y);

#endif
