// Scores of items for users with several tastes, each of which counts as far as the item is about it.

#ifndef NIGHTJAR_MIXTURE_H
#define NIGHTJAR_MIXTURE_H

/// scores[v] = Σ_k w_k·t_k with w = softmax(a) over k, for `classes` items of one user.
///
/// `products` has 2·tastes lines of `classes` numbers, `stride` apart: first the t_k, the products of
/// the item with each taste, then the a_k, those with each attention. They are replaced by the slopes
/// of the score: w_k by t_k, and w_k·(t_k − score) by a_k.
void nj_mixture_scores(long classes, long tastes, long stride, float *products, float *scores);

#endif
