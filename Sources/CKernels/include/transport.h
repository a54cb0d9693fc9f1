#ifndef NIGHTJAR_TRANSPORT_H
#define NIGHTJAR_TRANSPORT_H

/// out[r] = -epsilon * log Σ_c e^((potentials[c] - cost[r][c]) / epsilon + log_weights[c]): the
/// potentials of the rows that give them their marginals.
void nj_soft_minimum(long rows, long columns, const float *cost, const double *potentials,
                     const double *log_weights, double epsilon, double *out);

/// out[r] = Σ_c P[r][c] * cost[r][c] with P the plan that the potentials stand for:
/// P[r][c] = e^((f[r] + g[c] - cost[r][c]) / epsilon + log_f[r] + log_g[c]).
void nj_transport_cost(long rows, long columns, const float *cost, const double *f,
                       const double *log_f, const double *g, const double *log_g, double epsilon,
                       double *out);

#endif
