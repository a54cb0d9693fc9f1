// OpenBLAS, opened at run time so that its kernels can be chosen before it starts.
//
// OpenBLAS 0.3.21 takes its Haswell kernels on CPUs that are newer than itself, at half the speed.
// Naming the core type before the library is loaded puts that right, and dlopen is the only moment
// that an already running program has for it.

#ifndef NIGHTJAR_OPENBLAS_H
#define NIGHTJAR_OPENBLAS_H

#include "LAPACK.h"

#include <stdbool.h>

/// Opens the library; later calls do nothing. False when it is not installed.
///
/// Every OpenBLAS call runs on the calling thread alone: the caller splits work over threads.
/// OPENBLAS_CORETYPE in the environment wins over the choice made here.
bool nj_blas_open(void);

/// The kernels in use, such as "SkylakeX"; an empty text before a successful nj_blas_open.
const char *nj_blas_core(void);

/// C = alpha * op(A) * op(B) + beta * C, row-major, single precision.
///
/// op(A) is m × k and op(B) is k × n; `lda`, `ldb` and `ldc` are row lengths in memory. Opens the
/// library if nobody has; when it is not installed, C becomes not-a-number.
void nj_sgemm(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float *a,
              int lda, const float *b, int ldb, float beta, float *c, int ldc);

#endif
