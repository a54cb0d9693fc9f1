#ifndef NIGHTJAR_SOFTMAX_H
#define NIGHTJAR_SOFTMAX_H

#include <stdint.h>

/// Softmax cross-entropy of each row, and the probabilities' part of its gradient in the place of
/// the logits.
///
/// With z = logits[r] + bias and p = softmax(z): losses[r] = -log p[targets[r]], and logits[r]
/// receives gradient_scale[r] * p; the other part is what nj_subtract_targets adds. A row whose
/// target is negative is left out: loss 0, all 0. sums[v] = Σ_r of what is in the logits' places
/// then, if it is wanted.
void nj_softmax_cross_entropy(long rows, long classes, float *logits, const float *bias,
                              const int32_t *targets, const float *gradient_scale, float *losses,
                              float *sums);

/// With gradients[r] = gradient_scale[r]·p and a tangent t = tangents[r]: gradients[r] becomes
/// gradient_scale[r]·(p∘t − p·⟨p, t⟩), and sums[v] its sum over the rows, if it is wanted. A row of
/// zeros stays as it is.
void nj_softmax_curvature(long rows, long classes, const float *tangents,
                          const float *gradient_scale, float *gradients, float *sums);

/// gradients[r][targets[r]] -= gradient_scale[r], unless the target is negative.
void nj_subtract_targets(long rows, long classes, const int32_t *targets,
                         const float *gradient_scale, float *gradients);

/// losses[r] = -log softmax(logits[r] + bias)[targets[r]]; adds the bias to the logits in place.
void nj_cross_entropy(long rows, long classes, float *logits, const float *bias,
                      const int32_t *targets, float *losses);

/// y[r] = softmax(x[r]) for each row (x and y may be the same).
void nj_softmax(long rows, long classes, const float *x, float *y);

/// out[r] = log Σ_v e^x[r][v]; -infinity for a row without elements or of -infinity only.
void nj_log_sum_exp(long rows, long classes, const float *x, float *out);

/// Gradients from what the functions gave: y = softmax(x), y = log softmax(x), y = log Σ e^x.
void nj_softmax_gradient(long rows, long classes, const float *y, const float *g, float *out);
void nj_log_softmax_gradient(long rows, long classes, const float *y, const float *g, float *out);
void nj_log_sum_exp_gradient(long rows, long classes, const float *x, const float *y,
                             const float *g, float *out);

#endif
