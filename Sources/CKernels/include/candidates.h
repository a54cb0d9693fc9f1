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

/// scores[r][j] = Σ_i states[r][i]·table[ids[r][j]][i] + bias[ids[r][j]], for `rows` rows of `count`
/// candidates.
void nj_candidate_scores(long rows, long count, long width, const float *states,
                         const float *table, const float *bias, const int32_t *ids, float *scores);

/// The loss of each row, candidate 0 being the target, and its gradient by the scores.
///
/// Scores are replaced by gradients. `ids` tells of candidates that are the target itself, which the
/// sampled softmax leaves out. `exponent` weighs the target's part of the cross-entropy.
void nj_candidate_losses(enum nj_candidate_loss kind, long rows, long count, const int32_t *ids,
                         float exponent, float *scores, float *losses);

/// out[r] = Σ_j deltas[r][j]·table[ids[r][j]].
void nj_candidate_state_gradients(long rows, long count, long width, const float *deltas,
                                  const float *table, const int32_t *ids, float *out);

/// out[g] = Σ deltas[m]·states[m / count] and sums[g] = Σ deltas[m] over the members m of group g,
/// which are starts[g] ≤ … < starts[g + 1] of `members`.
void nj_candidate_table_gradients(long groups, long count, long width, const float *states,
                                  const float *deltas, const int32_t *starts,
                                  const int32_t *members, float *out, float *sums);

#endif
