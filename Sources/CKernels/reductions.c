#include "reductions.h"

#include "clones.h"

enum { lanes = 32 };

NJ_INLINE float dot(long count, const float *restrict x, const float *restrict y) {
    float sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += x[i + l] * y[i + l];
    float sum = 0;
    for (long i = whole; i < count; i++) sum += x[i] * y[i];
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

NJ_CLONES float nj_dot(long count, const float *x, const float *y) { return dot(count, x, y); }

NJ_CLONES void nj_row_dots(long rows, long columns, const float *x, const float *y, float *out) {
    for (long r = 0; r < rows; r++) out[r] = dot(columns, x + r * columns, y + r * columns);
}

NJ_INLINE double precise_dot(long count, const float *x, const float *y) {
    double sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += (double)x[i + l] * y[i + l];
    double sum = 0;
    for (long i = whole; i < count; i++) sum += (double)x[i] * y[i];
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

NJ_CLONES double nj_sum_of_squares(long count, const float *x) {
    return precise_dot(count, x, x);
}

NJ_CLONES double nj_sum_of_products(long count, const float *x, const float *y) {
    return precise_dot(count, x, y);
}

NJ_CLONES double nj_squared_distance(long count, const float *x, const float *y) {
    double sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) {
            double difference = (double)x[i + l] - y[i + l];
            sums[l] += difference * difference;
        }
    double sum = 0;
    for (long i = whole; i < count; i++) sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

NJ_CLONES double nj_sum(long count, const float *x) {
    double sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += x[i + l];
    double sum = 0;
    for (long i = whole; i < count; i++) sum += x[i];
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum;
}

NJ_CLONES int nj_all_finite(long count, const float *x) {
    // x - x is 0 for a finite x and not a number otherwise, so the sum tells for all at once.
    float sums[lanes] = {0};
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) sums[l] += x[i + l] - x[i + l];
    float sum = 0;
    for (long i = whole; i < count; i++) sum += x[i] - x[i];
    for (int l = 0; l < lanes; l++) sum += sums[l];
    return sum == 0.0f;
}

NJ_CLONES void nj_count_above(long count, const float *x, float pivot, int64_t *above,
                              int64_t *equal) {
    int32_t greater = 0, same = 0;
    for (long i = 0; i < count; i++) {
        greater += x[i] > pivot;
        same += x[i] == pivot;
    }
    *above = greater;
    *equal = same;
}

NJ_CLONES void nj_add_gathered_row_dots(long rows, long columns, const float *x,
                                        const float *table, const int32_t *which, float *sums) {
    for (long r = 0; r < rows; r++)
        if (which[r] >= 0)
            sums[r] += dot(columns, x + r * columns, table + (long)which[r] * columns);
}
