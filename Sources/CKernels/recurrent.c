#include "recurrent.h"

#include <stddef.h>

#include "approximations.h"

// The gates of a row are passed as pointers of their own: they never overlap, and only as
// separate `restrict` arguments does the compiler believe it.

struct gates {
    float i, f, g, o;
};

/// The four gates from their arguments, with two divisions: 1/a and 1/b are b/(ab) and a/(ab).
NJ_INLINE struct gates activate(float i, float f, float g, float o) {
    float decay_i = 1.0f + nj_decay_of_gate(nj_gate_argument(i));
    float decay_f = 1.0f + nj_decay_of_gate(nj_gate_argument(f));
    float decay_o = 1.0f + nj_decay_of_gate(nj_gate_argument(o));
    // tanh g = E / (E + 2) with E = e^2g - 1; 2g is what is clamped, or i·g would overflow.
    float growth = nj_expm1_of_gate(nj_gate_argument(2.0f * g));
    float ig = 1.0f / (decay_i * (growth + 2.0f));
    float fo = 1.0f / (decay_f * decay_o);
    return (struct gates){(growth + 2.0f) * ig, decay_o * fo, growth * decay_i * ig, decay_f * fo};
}

NJ_INLINE float squash(float cell) {
    float growth = nj_expm1_of_gate(2.0f * nj_gate_argument(cell));
    return growth / (growth + 2.0f);
}

NJ_INLINE void first_step(long hidden, float *restrict gate_i, float *restrict gate_f,
                          float *restrict gate_g, float *restrict gate_o,
                          const float *restrict input, float *restrict c, float *restrict tanh_c,
                          float *restrict h) {
    for (long k = 0; k < hidden; k++) {
        struct gates gate = activate(input[k], input[hidden + k], input[2 * hidden + k],
                                     input[3 * hidden + k]);
        float cell = gate.i * gate.g;
        float t = squash(cell);
        gate_i[k] = gate.i;
        gate_f[k] = gate.f;
        gate_g[k] = gate.g;
        gate_o[k] = gate.o;
        c[k] = cell;
        tanh_c[k] = t;
        h[k] = gate.o * t;
    }
}

NJ_INLINE void next_step(long hidden, float *restrict gate_i, float *restrict gate_f,
                         float *restrict gate_g, float *restrict gate_o,
                         const float *restrict input, const float *restrict previous_c,
                         float *restrict c, float *restrict tanh_c, float *restrict h) {
    for (long k = 0; k < hidden; k++) {
        struct gates gate =
            activate(gate_i[k] + input[k], gate_f[k] + input[hidden + k],
                     gate_g[k] + input[2 * hidden + k], gate_o[k] + input[3 * hidden + k]);
        float cell = gate.f * previous_c[k] + gate.i * gate.g;
        float t = squash(cell);
        gate_i[k] = gate.i;
        gate_f[k] = gate.f;
        gate_g[k] = gate.g;
        gate_o[k] = gate.o;
        c[k] = cell;
        tanh_c[k] = t;
        h[k] = gate.o * t;
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

NJ_INLINE void join(long hidden, float *restrict q, const float *restrict bias,
                    const float *restrict input, float *restrict p, float *restrict m) {
    for (long k = 0; k < hidden; k++) {
        float factor = q[k] + bias[k], other = input[k];
        q[k] = factor;
        p[k] = other;
        m[k] = other * factor;
    }
}

NJ_CLONES void nj_multiplicative_forward(long rows, long hidden, float *q, const float *bias,
                                         const float *projected, const int32_t *which, float *p,
                                         float *m) {
    for (long r = 0; r < rows; r++) {
        long row = r * hidden;
        join(hidden, q + row, bias, projected + (long)which[r] * hidden, p + row, m + row);
    }
}

NJ_CLONES void nj_multiplicative_backward(long count, float *restrict p, float *restrict q,
                                          float *restrict dm) {
    for (long k = 0; k < count; k++) {
        float input = p[k], factor = q[k], d = dm[k];
        p[k] = d * factor;
        q[k] = d * input;
        dm[k] = input * factor;
    }
}

struct gru_gates {
    float r, z, n;
};

/// The gates of a GRU with two divisions; `s` is the recurrent part of the candidate n.
NJ_INLINE struct gru_gates activate_gru(float r, float z, float n, float s) {
    float decay_r = 1.0f + nj_decay_of_gate(nj_gate_argument(r));
    float decay_z = 1.0f + nj_decay_of_gate(nj_gate_argument(z));
    float rz = 1.0f / (decay_r * decay_z);
    float reset = decay_z * rz;
    return (struct gru_gates){reset, decay_r * rz, squash(n + reset * s)};
}

NJ_INLINE void gru_step(long hidden, float *restrict gate_r, float *restrict gate_z,
                        float *restrict gate_n, const float *restrict bias,
                        const float *restrict input, const float *restrict previous_h,
                        float *restrict s, float *restrict h) {
    for (long k = 0; k < hidden; k++) {
        float part = gate_n[k] + bias[2 * hidden + k];
        struct gru_gates gate =
            activate_gru(gate_r[k] + bias[k] + input[k],
                         gate_z[k] + bias[hidden + k] + input[hidden + k], input[2 * hidden + k],
                         part);
        gate_r[k] = gate.r;
        gate_z[k] = gate.z;
        gate_n[k] = gate.n;
        s[k] = part;
        h[k] = gate.n + gate.z * (previous_h[k] - gate.n);
    }
}

NJ_CLONES void nj_gru_forward(long rows, long hidden, float *gates, const float *bias,
                              const float *projected, const int32_t *which,
                              const float *previous_h, float *s, float *h) {
    for (long r = 0; r < rows; r++) {
        float *gate = gates + r * 3 * hidden;
        long row = r * hidden;
        gru_step(hidden, gate, gate + hidden, gate + 2 * hidden, bias,
                 projected + (long)which[r] * 3 * hidden, previous_h + row, s + row, h + row);
    }
}

NJ_INLINE void gru_back_step(long hidden, float *restrict gate_r, float *restrict gate_z,
                             float *restrict gate_n, const float *restrict s,
                             const float *restrict previous_h, float *restrict dh,
                             float *restrict recurrent_r, float *restrict recurrent_z,
                             float *restrict recurrent_n) {
    for (long k = 0; k < hidden; k++) {
        float r = gate_r[k], z = gate_z[k], n = gate_n[k], d = dh[k];
        float dn = d * (1.0f - z) * (1.0f - n * n);
        float dz = d * (previous_h[k] - n) * z * (1.0f - z);
        float dr = dn * s[k] * r * (1.0f - r);
        gate_r[k] = dr;
        gate_z[k] = dz;
        gate_n[k] = dn;
        recurrent_r[k] = dr;
        recurrent_z[k] = dz;
        recurrent_n[k] = dn * r;
        dh[k] = d * z;
    }
}

NJ_CLONES void nj_gru_backward(long rows, long hidden, float *gates, const float *s,
                               const float *previous_h, float *dh, float *recurrent) {
    for (long r = 0; r < rows; r++) {
        float *gate = gates + r * 3 * hidden;
        float *delta = recurrent + r * 3 * hidden;
        long row = r * hidden;
        gru_back_step(hidden, gate, gate + hidden, gate + 2 * hidden, s + row, previous_h + row,
                      dh + row, delta, delta + hidden, delta + 2 * hidden);
    }
}
