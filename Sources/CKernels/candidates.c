#include "candidates.h"

#include <string.h>

#include "approximations.h"
#include "clones.h"

NJ_CLONES void nj_candidate_products(long rows, long count, long parts, long width,
                                     const float *states, const float *table,
                                     const int32_t *ids, float *products) {
    enum { lanes = 16 };
    for (long r = 0; r < rows; r++)
        for (long p = 0; p < parts; p++) {
            const float *restrict state = states + (r * parts + p) * width;
            float *restrict out = products + (r * parts + p) * count;
            for (long j = 0; j < count; j++) {
                const float *restrict row = table + (long)ids[r * count + j] * width;
                float sums[lanes] = {0}, sum = 0;
                long i = 0;
                for (; i + lanes <= width; i += lanes)
                    for (int l = 0; l < lanes; l++) sums[l] += state[i + l] * row[i + l];
                for (int l = 0; l < lanes; l++) sum += sums[l];
                for (; i < width; i++) sum += state[i] * row[i];
                out[j] = sum;
            }
        }
}

NJ_CLONES void nj_candidate_biases(long rows, long count, const float *bias, const int32_t *ids,
                                   float *scores) {
    for (long i = 0; i < rows * count; i++) scores[i] += bias[ids[i]];
}

// Each takes the scores s[0] of the target and s[1 ...] of the others, replaces them by the loss's
// gradient and gives the loss.

NJ_INLINE float pointwise(long others, float *s) {
    const float share = 1.0f / (float)others;
    float p = nj_sigmoidf(s[0]), loss = 1 - p;
    s[0] = -p * (1 - p);
    for (long j = 1; j <= others; j++) {
        float n = nj_sigmoidf(s[j]);
        loss += share * n;
        s[j] = share * n * (1 - n);
    }
    return loss;
}

NJ_INLINE float bpr(long others, float *s) {
    const float share = 1.0f / (float)others, target = s[0];
    float loss = 0;
    s[0] = 0;
    for (long j = 1; j <= others; j++) {
        float p = nj_sigmoidf(target - s[j]), slope = share * p * (1 - p);
        loss += share * (1 - p);
        s[0] -= slope;
        s[j] = slope;
    }
    return loss;
}

NJ_INLINE float log_bpr(long others, float *s) {
    const float share = 1.0f / (float)others, target = s[0];
    float loss = 0;
    s[0] = 0;
    for (long j = 1; j <= others; j++) {
        float gap = s[j] - target, slope = share * nj_sigmoidf(gap);
        loss += share * nj_softplusf(gap);
        s[0] -= slope;
        s[j] = slope;
    }
    return loss;
}

NJ_INLINE float hinge(long others, float *s) {
    const float share = 1.0f / (float)others, target = s[0];
    float loss = 0;
    s[0] = 0;
    for (long j = 1; j <= others; j++) {
        // Not-a-number must not pass for a margin that is kept.
        float missing = s[j] - target + 1, slope = missing <= 0 ? 0 : share;
        loss += missing <= 0 ? 0 : share * missing;
        s[0] -= slope;
        s[j] = slope;
    }
    return loss;
}

NJ_INLINE float adaptive_hinge(long others, float *s) {
    long hardest = 1;
    for (long j = 2; j <= others; j++)
        if (s[j] > s[hardest] || s[j] != s[j]) hardest = j;
    const float missing = s[hardest] - s[0] + 1, slope = missing <= 0 ? 0 : 1;
    memset(s, 0, (size_t)(others + 1) * sizeof(float));
    s[0] = -slope;
    s[hardest] = slope;
    return missing <= 0 ? 0 : missing;
}

NJ_INLINE float cross_entropy(long others, float exponent, float *s) {
    const float share = 1.0f / (float)(others + 1);
    float loss = share * exponent * nj_softplusf(-s[0]);
    s[0] = share * exponent * (nj_sigmoidf(s[0]) - 1);
    for (long j = 1; j <= others; j++) {
        loss += share * nj_softplusf(s[j]);
        s[j] = share * nj_sigmoidf(s[j]);
    }
    return loss;
}

NJ_INLINE float sampled_softmax(long others, const int32_t *ids, float *s) {
    const float target = s[0];
    float largest = target, sum = 0;
    for (long j = 1; j <= others; j++) {
        if (ids[j] == ids[0]) s[j] = -INFINITY;
        if (s[j] > largest || s[j] != s[j]) largest = s[j];
    }
    for (long j = 0; j <= others; j++) sum += s[j] = nj_expf(s[j] - largest);
    for (long j = 0; j <= others; j++) s[j] /= sum;
    s[0] -= 1;
    return nj_logf(sum) + largest - target;
}

NJ_CLONES void nj_candidate_losses(enum nj_candidate_loss kind, long rows, long count,
                                   const int32_t *ids, float exponent, float *scores,
                                   float *losses) {
    const long others = count - 1;
    for (long r = 0; r < rows; r++) {
        float *s = scores + r * count;
        switch (kind) {
            case nj_loss_pointwise: losses[r] = pointwise(others, s); break;
            case nj_loss_bpr: losses[r] = bpr(others, s); break;
            case nj_loss_hinge: losses[r] = hinge(others, s); break;
            case nj_loss_adaptive_hinge: losses[r] = adaptive_hinge(others, s); break;
            case nj_loss_log_bpr: losses[r] = log_bpr(others, s); break;
            case nj_loss_cross_entropy: losses[r] = cross_entropy(others, exponent, s); break;
            case nj_loss_sampled_softmax:
                losses[r] = sampled_softmax(others, ids + r * count, s);
                break;
        }
    }
}

NJ_CLONES void nj_candidate_state_gradients(long rows, long count, long parts, long width,
                                            const float *deltas, const float *slopes,
                                            const float *table, const int32_t *ids, float *out) {
    for (long r = 0; r < rows; r++)
        for (long p = 0; p < parts; p++) {
            float *restrict sum = out + (r * parts + p) * width;
            memset(sum, 0, (size_t)width * sizeof(float));
            for (long j = 0; j < count; j++) {
                float delta = deltas[r * count + j];
                if (delta == 0) continue;
                if (slopes) delta *= slopes[(r * parts + p) * count + j];
                const float *restrict row = table + (long)ids[r * count + j] * width;
                for (long i = 0; i < width; i++) sum[i] += delta * row[i];
            }
        }
}

NJ_CLONES void nj_candidate_table_gradients(long groups, long count, long parts, long width,
                                            const float *states, const float *deltas,
                                            const float *slopes, const int32_t *starts,
                                            const int32_t *members, float *out, float *sums) {
    for (long g = 0; g < groups; g++) {
        float *restrict sum = out + g * width;
        float total = 0;
        memset(sum, 0, (size_t)width * sizeof(float));
        for (int32_t m = starts[g]; m < starts[g + 1]; m++) {
            const long member = members[m], r = member / count, j = member % count;
            total += deltas[member];
            for (long p = 0; p < parts; p++) {
                float delta = deltas[member];
                if (slopes) delta *= slopes[(r * parts + p) * count + j];
                const float *restrict state = states + (r * parts + p) * width;
                for (long i = 0; i < width; i++) sum[i] += delta * state[i];
            }
        }
        sums[g] = total;
    }
}
