// One step of a long short-term memory over many rows. Gates stand in the order i, f, g, o.

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

#endif
