#include "transport.h"

#include <math.h>

#include "approximations.h"

// Exponents are differences of numbers far larger than themselves, so they are found in double
// precision; their exponentials need no more than single.

enum { lanes = 16 };

NJ_INLINE double exponent(float cost, double potential, double log_weight, double scale) {
    return (potential - (double)cost) * scale + log_weight;
}

NJ_INLINE double largest_exponent(long count, const float *cost, const double *g,
                                  const double *log_g, double scale) {
    double largest[lanes];
    for (int l = 0; l < lanes; l++) largest[l] = -INFINITY;
    long whole = count - count % lanes;
    for (long i = 0; i < whole; i += lanes)
        for (int l = 0; l < lanes; l++) {
            double value = exponent(cost[i + l], g[i + l], log_g[i + l], scale);
            largest[l] = value > largest[l] ? value : largest[l];
        }
    double result = -INFINITY;
    for (long i = whole; i < count; i++) {
        double value = exponent(cost[i], g[i], log_g[i], scale);
        result = value > result ? value : result;
    }
    for (int l = 0; l < lanes; l++) result = largest[l] > result ? largest[l] : result;
    return result;
}

NJ_CLONES
void nj_soft_minimum(long rows, long columns, const float *cost, const double *potentials,
                     const double *log_weights, double epsilon, double *out) {
    double scale = 1 / epsilon;
    for (long r = 0; r < rows; r++) {
        const float *row = cost + r * columns;
        double largest = largest_exponent(columns, row, potentials, log_weights, scale);
        float sums[lanes] = {0};
        long whole = columns - columns % lanes;
        for (long i = 0; i < whole; i += lanes)
            for (int l = 0; l < lanes; l++)
                sums[l] += nj_expf((float)(exponent(row[i + l], potentials[i + l],
                                                    log_weights[i + l], scale) - largest));
        double sum = 0;
        for (long i = whole; i < columns; i++)
            sum += nj_expf((float)(exponent(row[i], potentials[i], log_weights[i], scale) - largest));
        for (int l = 0; l < lanes; l++) sum += sums[l];
        out[r] = -epsilon * (largest + log(sum));
    }
}

NJ_CLONES
void nj_transport_cost(long rows, long columns, const float *cost, const double *f,
                       const double *log_f, const double *g, const double *log_g, double epsilon,
                       double *out) {
    double scale = 1 / epsilon;
    for (long r = 0; r < rows; r++) {
        const float *row = cost + r * columns;
        double own = f[r] * scale + log_f[r];
        float sums[lanes] = {0};
        long whole = columns - columns % lanes;
        for (long i = 0; i < whole; i += lanes)
            for (int l = 0; l < lanes; l++)
                sums[l] += row[i + l] * nj_expf((float)(own + exponent(row[i + l], g[i + l],
                                                                       log_g[i + l], scale)));
        double sum = 0;
        for (long i = whole; i < columns; i++)
            sum += row[i] * nj_expf((float)(own + exponent(row[i], g[i], log_g[i], scale)));
        for (int l = 0; l < lanes; l++) sum += sums[l];
        out[r] = sum;
    }
}
