#define _GNU_SOURCE
#include "COpenBLAS.h"
#include "symbol.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { row_major = 101, plain = 111, transposed = 112 };

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int,
                               const float *, int, float, float *, int);
typedef char *(*core_function)(void);

static void *library;
static sgemm_function sgemm;
static core_function core_name;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void open_once(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
#endif
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    core_name = (core_function)dlsym(library, "openblas_get_corename");
    sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
}

bool nj_blas_open(void) {
    pthread_once(&opened, open_once);
    return sgemm != NULL;
}

void *nj_blas_symbol(const char *name) {
    return nj_blas_open() ? dlsym(library, name) : NULL;
}

const char *nj_blas_core(void) { return core_name == NULL ? "" : core_name(); }

static int flag(bool transpose) { return transpose ? transposed : plain; }

void nj_sgemm(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float *a,
              int lda, const float *b, int ldb, float beta, float *c, int ldc) {
    if (nj_blas_open()) {
        sgemm(row_major, flag(transpose_a), flag(transpose_b), m, n, k, alpha, a, lda, b, ldb,
              beta, c, ldc);
        return;
    }
    // A product that was not computed must not pass for one.
    for (int row = 0; row < m; row++)
        for (int column = 0; column < n; column++) c[(long)row * ldc + column] = NAN;
}
