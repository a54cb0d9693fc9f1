#include "recurrent.h"

#include <stddef.h>

#include "approximations.h"

// The four gates of a row are passed as pointers of their own: they never overlap, and only as
// separate `restrict` arguments does the compiler believe it.

NJ_INLINE void first_step(long hidden, float *restrict gate_i, float *restrict gate_f,
                          float *restrict gate_g, float *restrict gate_o,
                          const float *restrict input, float *restrict c, float *restrict tanh_c,
                          float *restrict h) {
    for (long k = 0; k < hidden; k++) {
        float i = nj_sigmoidf(input[k]);
        float g = nj_tanhf(input[2 * hidden + k]);
        float o = nj_sigmoidf(input[3 * hidden + k]);
        float cell = i * g;
        float t = nj_tanhf(cell);
        gate_i[k] = i;
        gate_f[k] = nj_sigmoidf(input[hidden + k]);
        gate_g[k] = g;
        gate_o[k] = o;
        c[k] = cell;
        tanh_c[k] = t;
        h[k] = o * t;
    }
}

NJ_INLINE void next_step(long hidden, float *restrict gate_i, float *restrict gate_f,
                         float *restrict gate_g, float *restrict gate_o,
                         const float *restrict input, const float *restrict previous_c,
                         float *restrict c, float *restrict tanh_c, float *restrict h) {
    for (long k = 0; k < hidden; k++) {
        float i = nj_sigmoidf(gate_i[k] + input[k]);
        float f = nj_sigmoidf(gate_f[k] + input[hidden + k]);
        float g = nj_tanhf(gate_g[k] + input[2 * hidden + k]);
        float o = nj_sigmoidf(gate_o[k] + input[3 * hidden + k]);
        float cell = f * previous_c[k] + i * g;
        float t = nj_tanhf(cell);
        gate_i[k] = i;
        gate_f[k] = f;
        gate_g[k] = g;
        gate_o[k] = o;
        c[k] = cell;
        tanh_c[k] = t;
        h[k] = o * t;
    }
}

NJ_CLONES void nj_lstm_forward(long rows, long hidden, float *gates, const float *projected,
                               const int32_t *which, const float *previous_c, float *c,
                               float *tanh_c, float *h) {
    for (long r = 0; r < rows; r++) {
        float *gate = gates + r * 4 * hidden;
        const float *input = projected + (long)which[r] * 4 * hidden;
        long row = r * hidden;
        if (previous_c == NULL)
            first_step(hidden, gate, gate + hidden, gate + 2 * hidden, gate + 3 * hidden, input,
                       c + row, tanh_c + row, h + row);
        else
            next_step(hidden, gate, gate + hidden, gate + 2 * hidden, gate + 3 * hidden, input,
                      previous_c + row, c + row, tanh_c + row, h + row);
    }
}

NJ_INLINE void back_step(long hidden, float *restrict gate_i, float *restrict gate_f,
                         float *restrict gate_g, float *restrict gate_o,
                         const float *restrict tanh_c, const float *restrict dh,
                         float *restrict dc) {
    for (long k = 0; k < hidden; k++) {
        float i = gate_i[k], f = gate_f[k], g = gate_g[k], o = gate_o[k], t = tanh_c[k];
        float d = dc[k] + dh[k] * o * (1.0f - t * t);
        gate_i[k] = d * g * i * (1.0f - i);
        gate_f[k] = d * f * (1.0f - f);  // times the previous cell, which the caller knows
        gate_g[k] = d * i * (1.0f - g * g);
        gate_o[k] = dh[k] * t * o * (1.0f - o);
        dc[k] = d * f;
    }
}

NJ_INLINE void multiply(long count, const float *restrict x, float *restrict y) {
    for (long k = 0; k < count; k++) y[k] *= x[k];
}

NJ_CLONES void nj_lstm_backward(long rows, long hidden, float *gates, const float *previous_c,
                                const float *tanh_c, const float *dh, float *dc) {
    for (long r = 0; r < rows; r++) {
        float *gate = gates + r * 4 * hidden;
        long row = r * hidden;
        back_step(hidden, gate, gate + hidden, gate + 2 * hidden, gate + 3 * hidden, tanh_c + row,
                  dh + row, dc + row);
        if (previous_c != NULL)
            multiply(hidden, previous_c + row, gate + hidden);
        else
            for (long k = 0; k < hidden; k++) gate[hidden + k] = 0.0f;
    }
}
