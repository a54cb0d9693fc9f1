// One step of a recurrent layer over many rows. Gates stand in the order i, f, g, o in a long
// short-term memory and r, z, n in a gated recurrent unit.

#ifndef NIGHTJAR_RECURRENT_H
#define NIGHTJAR_RECURRENT_H

#include <stdint.h>

/// Finishes one step after the recurrent product h·Wᵀ has been put into `gates`.
///
/// For row r: a = gates[r] + projected[which[r]] (each 4 × hidden), i = σ(a_i), f = σ(a_f),
/// g = tanh(a_g), o = σ(a_o), c = f·previous_c + i·g, h = o·tanh(c). `gates` receives i, f, g, o.
/// `previous_c` may be NULL (all zero), then `gates` is only written, never read.
void nj_lstm_forward(long rows, long hidden, float *gates, const float *projected,
                     const int32_t *which, const float *previous_c, float *c, float *tanh_c,
                     float *h);

/// Turns the gradient of one step's output into that of its gates.
///
/// Reads activated `gates` and overwrites them with the gradient before activation. `dh` is the
/// gradient of h; `dc` is that of c on entry and that of previous_c on return. `previous_c` may be
/// NULL (all zero).
void nj_lstm_backward(long rows, long hidden, float *gates, const float *previous_c,
                      const float *tanh_c, const float *dh, float *dc);

/// The multiplicative state of one step, after the recurrent product h·Wᵀ has been put into `q`.
///
/// For row r: q += bias, p = projected[which[r]], m = p·q, each of `hidden` numbers.
void nj_multiplicative_forward(long rows, long hidden, float *q, const float *bias,
                               const float *projected, const int32_t *which, float *p, float *m);

/// Turns p and q into their gradients, and the gradient `dm` of m = p·q into m.
void nj_multiplicative_backward(long count, float *p, float *q, float *dm);

/// Finishes one step of a gated recurrent unit after the product h·Wᵀ has been put into `gates`.
///
/// For row r: a = gates[r] + bias and x = projected[which[r]] (each 3 × hidden), r = σ(x_r + a_r),
/// z = σ(x_z + a_z), s = a_n, n = tanh(x_n + r·s), h = (1 - z)·n + z·previous_h. `gates` receives
/// r, z, n.
void nj_gru_forward(long rows, long hidden, float *gates, const float *bias,
                    const float *projected, const int32_t *which, const float *previous_h,
                    float *s, float *h);

/// Turns the gradient of one step's output into that of its gates.
///
/// Reads activated `gates` and overwrites them with the gradients of x; puts those of a into
/// `recurrent`, as wide as `gates`. `dh` is the gradient of h on entry and, on return, what of it
/// reaches previous_h past the gates.
void nj_gru_backward(long rows, long hidden, float *gates, const float *s,
                     const float *previous_h, float *dh, float *recurrent);

#endif
