// Losses over a target and some other candidates of each row: products with their embeddings only.

#ifndef NIGHTJAR_CANDIDATES_H
#define NIGHTJAR_CANDIDATES_H

#include <stdint.h>

/// How the scores of a target and of other candidates become a loss.
enum nj_candidate_loss {
    nj_loss_pointwise,
    nj_loss_bpr,
    nj_loss_hinge,
    nj_loss_adaptive_hinge,
    nj_loss_log_bpr,
    nj_loss_cross_entropy,
    nj_loss_sampled_softmax,
};

/// products[r][p][j] = Σ_i states[r][p][i]·table[ids[r][j]][i], for `rows` rows of `count` candidates,
/// whose states are `parts` vectors each.
void nj_candidate_products(long rows, long count, long parts, long width, const float *states,
                           const float *table, const int32_t *ids, float *products);

/// scores[r][j] += bias[ids[r][j]].
void nj_candidate_biases(long rows, long count, const float *bias, const int32_t *ids,
                         float *scores);

/// The loss of each row, candidate 0 being the target, and its gradient by the scores.
///
/// Scores are replaced by gradients. `ids` tells of candidates that are the target itself, which the
/// sampled softmax leaves out. `exponent` weighs the target's part of the cross-entropy.
void nj_candidate_losses(enum nj_candidate_loss kind, long rows, long count, const int32_t *ids,
                         float exponent, float *scores, float *losses);

// A score is a product, with one part and no slopes, or a function of those of several parts, with
// slopes[r][p][j] by each product.

/// out[r][p] = Σ_j deltas[r][j]·slopes[r][p][j]·table[ids[r][j]].
void nj_candidate_state_gradients(long rows, long count, long parts, long width,
                                  const float *deltas, const float *slopes, const float *table,
                                  const int32_t *ids, float *out);

/// out[g] = Σ deltas[m]·Σ_p slopes[r][p][j]·states[r][p] and sums[g] = Σ deltas[m] over the members
/// m = r·count + j of group g, which are starts[g] ≤ … < starts[g + 1] of `members`.
void nj_candidate_table_gradients(long groups, long count, long parts, long width,
                                  const float *states, const float *deltas, const float *slopes,
                                  const int32_t *starts, const int32_t *members, float *out,
                                  float *sums);

#endif
