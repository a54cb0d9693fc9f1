// Update rules on a run of parameters; each reads and writes memory once.
//
// `gradient` may be NULL: all zero. Gradients are multiplied by `scale` first.

#ifndef NIGHTJAR_OPTIMISERS_H
#define NIGHTJAR_OPTIMISERS_H

/// Adam: g = scale·gradient + l2·p; m = b1·m + (1-b1)·g; v = b2·v + (1-b2)·g²;
/// p = shrink·p - step·m / (√v·inverse_root + epsilon).
/// The caller folds bias corrections into step and inverse_root; shrink is 1 - lr·decay for AdamW.
void nj_adam(long count, float *p, const float *gradient, float *m, float *v, float scale,
             float beta1, float beta2, float step, float inverse_root, float epsilon, float l2,
             float shrink);

/// Gradient descent with momentum: g = scale·gradient + l2·p; m = momentum·m + g; p -= lr·m.
void nj_momentum(long count, float *p, const float *gradient, float *m, float scale, float lr,
                 float momentum, float l2);

/// Plain gradient descent: p -= lr·(scale·gradient + l2·p).
void nj_descent(long count, float *p, const float *gradient, float scale, float lr, float l2);

/// Adagrad: g = scale·gradient + l2·p; s += g²; p -= lr·g / (√s + epsilon).
void nj_adagrad(long count, float *p, const float *gradient, float *s, float scale, float lr,
                float epsilon, float l2);

#endif
