// Exponential and its relatives in forms that vectorise: no calls, no branches.

#ifndef NIGHTJAR_APPROXIMATIONS_H
#define NIGHTJAR_APPROXIMATIONS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "clones.h"

NJ_INLINE float nj_from_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// e^x, relative error below 1e-7; 0 below -87.3 and infinite above 88.37.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r by a minimax polynomial of degree 6, 2^n by its bits.
NJ_INLINE float nj_expf(float x) {
    float bounded = x > 88.37f ? 88.37f : (x < -87.33f ? -87.33f : x);
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer without a call.
    float n = (bounded * 1.44269504f + 12582912.0f) - 12582912.0f;
    float r = bounded - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    float value = p * nj_from_bits(((int32_t)n + 127) << 23);
    // Not-a-number stays what it is: clamping would have hidden it.
    value = x > 88.37f ? INFINITY : value;
    return x != x ? x : (x < -87.33f ? 0.0f : value);
}

/// 1 / (1 + e^-x).
NJ_INLINE float nj_sigmoidf(float x) { return 1.0f / (1.0f + nj_expf(-x)); }

/// Hyperbolic tangent with full relative precision near 0.
NJ_INLINE float nj_tanhf(float x) {
    float magnitude = x < 0 ? -x : x;
    float large = 1.0f - 2.0f / (nj_expf(2.0f * magnitude) + 1.0f);
    float square = x * x;
    float p = -5.70498872745e-3f;
    p = p * square + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    float small = magnitude + magnitude * square * p;
    float value = magnitude < 0.625f ? small : large;
    return x != x ? x : (x < 0 ? -value : value);
}

// Recurrent gates: the argument is clamped to where the functions differ from their limits by less
// than single precision shows, so that products of two denominators cannot overflow, and one
// division serves two gates.

/// The argument within ±30; not-a-number stays what it is.
NJ_INLINE float nj_gate_argument(float x) {
    float below = x > 30.0f ? 30.0f : x;
    return below < -30.0f ? -30.0f : below;
}

/// e^x - 1 with full relative precision near 0, for |x| <= 60.
NJ_INLINE float nj_expm1_of_gate(float x) {
    float n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r;  // e^r - 1
    float power = nj_from_bits(((int32_t)n + 127) << 23);
    return power * p + (power - 1.0f);
}

/// e^-x for a gate's argument x.
NJ_INLINE float nj_decay_of_gate(float x) { return nj_expm1_of_gate(-x) + 1.0f; }

/// Natural logarithm, relative error below 2e-7; -infinity at 0, not-a-number below it.
///
/// x = 2^n m with m in [sqrt 1/2, sqrt 2]; log m by a minimax polynomial around 1.
NJ_INLINE float nj_logf(float x) {
    const float smallest = 1.17549435e-38f;  // below it floats are denormal: lift them by 2^23
    float lifted = x < smallest ? x * 8388608.0f : x;
    int32_t bits;
    memcpy(&bits, &lifted, sizeof bits);
    float m = nj_from_bits((bits & 0x007fffff) | 0x3f000000);
    int is_low = m < 0.707106781f;
    float n = (float)((bits >> 23) - 126 - is_low) - (x < smallest ? 23.0f : 0.0f);
    m = is_low ? m + m - 1.0f : m - 1.0f;
    float square = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float rest = p * m * square - n * 2.12194440e-4f - 0.5f * square;
    float value = m + rest + n * 0.693359375f;
    value = x > 3.40282347e38f ? x : value;
    value = x == 0.0f ? -INFINITY : value;
    return x < 0.0f ? NAN : (x != x ? x : value);
}

/// log(1 + x) for 0 <= x <= 1, with full relative precision near 0.
NJ_INLINE float nj_log_of_one_plus(float x) {
    float sum = 1.0f + x;
    float taken = sum - 1.0f;  // what of x the rounded sum holds; the quotient makes up for it
    return taken == 0.0f ? x : nj_logf(sum) * (x / taken);
}

/// log(1 + e^x) without overflow.
NJ_INLINE float nj_softplusf(float x) {
    float magnitude = x < 0 ? -x : x;
    return (x < 0 ? 0.0f : x) + nj_log_of_one_plus(nj_expf(-magnitude));
}

/// Φ(x), the distribution function of the normal distribution; relative error below 1e-6 for
/// x > -5 and 1e-5 below that, where it is almost 0.
///
/// For x <= 0, Φ(x) = t e^(p(t) - x²/2) / 2 with t = 1 / (1 + |x| / √8); p was fitted to the exact
/// function by reweighted least squares.
NJ_INLINE float nj_normal_distributionf(float x) {
    float magnitude = x < 0 ? -x : x;
    float t = 1.0f / (1.0f + 0.353553391f * magnitude);
    float p = 0.1464064121f;
    p = p * t - 0.6891347170f;
    p = p * t + 1.1770256758f;
    p = p * t - 0.7244175673f;
    p = p * t - 0.0558685549f;
    p = p * t - 0.0123874890f;
    p = p * t + 0.0395129845f;
    p = p * t + 0.3855507672f;
    p = p * t + 0.9987675548f;
    p = p * t - 1.2654550076f;
    float tail = 0.5f * t * nj_expf(p - 0.5f * x * x);
    return x < 0 ? tail : 1.0f - tail;
}

#endif
