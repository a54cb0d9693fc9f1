// Attention of some queries to the keys of one sequence.

#ifndef NIGHTJAR_ATTENTION_H
#define NIGHTJAR_ATTENTION_H

#include <stdint.h>

#include "dropout.h"

/// Rows of numbers, one for each query, of which a query sees the first ones: `visible` columns, and
/// `step` more for each query after the first. The others count as 0.
typedef struct {
    long rows;
    long columns;
    long visible;
    long step;
} nj_attention;

/// Attention weights in the place of the products of queries and keys: the softmax of scale · s over
/// what a query sees.
void nj_attention_weights(nj_attention shape, float scale, float *s);

/// q = p after dropout, each query with its key; `head` tells the heads apart.
void nj_attention_dropout(nj_attention shape, nj_dropping dropping, const uint64_t *keys,
                          uint32_t head, const float *p, float *q);

/// The gradient of s in the place of that of q, the weights after dropout.
///
/// With d the gradient of q: scale · (q·d − p·Σ q·d).
void nj_attention_gradient(nj_attention shape, float scale, const float *p, const float *q,
                           float *d);

#endif
