#include "LAPACK.h"
#include "symbol.h"

#include <pthread.h>
#include <stdlib.h>

// Fortran passes the lengths of texts after all arguments.
typedef void (*gesdd_function)(const char *, const int *, const int *, double *, const int *,
                               double *, double *, const int *, double *, const int *, double *,
                               const int *, int *, int *, size_t);
typedef void (*syevd_function)(const char *, const char *, const int *, double *, const int *,
                               double *, double *, const int *, int *, const int *, int *, size_t,
                               size_t);
typedef void (*getrf_function)(const int *, const int *, double *, const int *, int *, int *);
typedef void (*getrs_function)(const char *, const int *, const int *, const double *, const int *,
                               const int *, double *, const int *, int *, size_t);
typedef void (*getri_function)(const int *, double *, const int *, const int *, double *,
                               const int *, int *);
typedef void (*potrf_function)(const char *, const int *, double *, const int *, int *, size_t);
typedef void (*trtrs_function)(const char *, const char *, const char *, const int *, const int *,
                               const double *, const int *, double *, const int *, int *, size_t,
                               size_t, size_t);
typedef void (*gelsd_function)(const int *, const int *, const int *, double *, const int *,
                               double *, const int *, double *, const double *, int *, double *,
                               const int *, int *, int *);
typedef void (*geqrf_function)(const int *, const int *, double *, const int *, double *, double *,
                               const int *, int *);
typedef void (*orgqr_function)(const int *, const int *, const int *, double *, const int *,
                               const double *, double *, const int *, int *);

static struct {
    gesdd_function gesdd;
    syevd_function syevd;
    getrf_function getrf;
    getrs_function getrs;
    getri_function getri;
    potrf_function potrf;
    trtrs_function trtrs;
    gelsd_function gelsd;
    geqrf_function geqrf;
    orgqr_function orgqr;
} lapack;
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find_once(void) {
    lapack.gesdd = (gesdd_function)nj_blas_symbol("dgesdd_");
    lapack.syevd = (syevd_function)nj_blas_symbol("dsyevd_");
    lapack.getrf = (getrf_function)nj_blas_symbol("dgetrf_");
    lapack.getrs = (getrs_function)nj_blas_symbol("dgetrs_");
    lapack.getri = (getri_function)nj_blas_symbol("dgetri_");
    lapack.potrf = (potrf_function)nj_blas_symbol("dpotrf_");
    lapack.trtrs = (trtrs_function)nj_blas_symbol("dtrtrs_");
    lapack.gelsd = (gelsd_function)nj_blas_symbol("dgelsd_");
    lapack.geqrf = (geqrf_function)nj_blas_symbol("dgeqrf_");
    lapack.orgqr = (orgqr_function)nj_blas_symbol("dorgqr_");
}

#define REQUIRE(function)                                                                          \
    pthread_once(&found, find_once);                                                               \
    if (lapack.function == NULL) return nj_lapack_missing

static int smaller(int a, int b) { return a < b ? a : b; }
static int at_least_one(int a) { return a > 1 ? a : 1; }

/// Room for as many doubles as LAPACK asked for; `*count` becomes that number.
static double *working_room(double asked, int *count) {
    *count = asked < 1 ? 1 : (int)asked;
    return malloc((size_t)*count * sizeof(double));
}

int nj_svd(int m, int n, double *a, double *s, double *u, double *vt) {
    REQUIRE(gesdd);
    int k = smaller(m, n), ask = -1, info = 0, size;
    double asked = 0;
    int *integers = malloc(8 * (size_t)at_least_one(k) * sizeof(int));
    if (integers == NULL) return nj_lapack_no_memory;
    lapack.gesdd("S", &m, &n, a, &m, s, u, &m, vt, &k, &asked, &ask, integers, &info, 1);
    double *work = info == 0 ? working_room(asked, &size) : NULL;
    if (work != NULL)
        lapack.gesdd("S", &m, &n, a, &m, s, u, &m, vt, &k, work, &size, integers, &info, 1);
    else if (info == 0)
        info = nj_lapack_no_memory;
    free(work);
    free(integers);
    return info;
}

int nj_symmetric_eigen(int n, double *a, double *values) {
    REQUIRE(syevd);
    int ask = -1, info = 0, integers_asked = 0, size;
    double asked = 0;
    lapack.syevd("V", "U", &n, a, &n, values, &asked, &ask, &integers_asked, &ask, &info, 1, 1);
    if (info != 0) return info;
    double *work = working_room(asked, &size);
    int *integers = malloc((size_t)at_least_one(integers_asked) * sizeof(int));
    if (work != NULL && integers != NULL)
        lapack.syevd("V", "U", &n, a, &n, values, work, &size, integers, &integers_asked, &info, 1,
                     1);
    else
        info = nj_lapack_no_memory;
    free(work);
    free(integers);
    return info;
}

int nj_lu(int n, double *a, int *pivots) {
    REQUIRE(getrf);
    int info = 0;
    lapack.getrf(&n, &n, a, &n, pivots, &info);
    return info;
}

int nj_lu_solve_transposed(int n, int k, const double *lu, const int *pivots, double *b) {
    REQUIRE(getrs);
    int info = 0;
    lapack.getrs("T", &n, &k, lu, &n, pivots, b, &n, &info, 1);
    return info;
}

int nj_lu_invert(int n, double *lu, const int *pivots) {
    REQUIRE(getri);
    int ask = -1, info = 0, size;
    double asked = 0;
    lapack.getri(&n, lu, &n, pivots, &asked, &ask, &info);
    if (info != 0) return info;
    double *work = working_room(asked, &size);
    if (work == NULL) return nj_lapack_no_memory;
    lapack.getri(&n, lu, &n, pivots, work, &size, &info);
    free(work);
    return info;
}

int nj_cholesky_upper(int n, double *a) {
    REQUIRE(potrf);
    int info = 0;
    lapack.potrf("U", &n, a, &n, &info, 1);
    return info;
}

int nj_triangular_solve(int n, int k, const double *a, bool is_upper, bool transposes, double *b) {
    REQUIRE(trtrs);
    int info = 0;
    lapack.trtrs(is_upper ? "U" : "L", transposes ? "T" : "N", "N", &n, &k, a, &n, b, &n, &info, 1,
                 1, 1);
    return info;
}

int nj_least_squares(int m, int n, int k, double *a, double *b, int length, double *s,
                     double smallest, int *rank) {
    REQUIRE(gelsd);
    int ask = -1, info = 0, integers_asked = 0, size;
    double asked = 0;
    lapack.gelsd(&m, &n, &k, a, &m, b, &length, s, &smallest, rank, &asked, &ask, &integers_asked,
                 &info);
    if (info != 0) return info;
    double *work = working_room(asked, &size);
    int *integers = malloc((size_t)at_least_one(integers_asked) * sizeof(int));
    if (work != NULL && integers != NULL)
        lapack.gelsd(&m, &n, &k, a, &m, b, &length, s, &smallest, rank, work, &size, integers,
                     &info);
    else
        info = nj_lapack_no_memory;
    free(work);
    free(integers);
    return info;
}

int nj_qr(int m, int n, double *a, double *factors) {
    REQUIRE(geqrf);
    int ask = -1, info = 0, size;
    double asked = 0;
    lapack.geqrf(&m, &n, a, &m, factors, &asked, &ask, &info);
    if (info != 0) return info;
    double *work = working_room(asked, &size);
    if (work == NULL) return nj_lapack_no_memory;
    lapack.geqrf(&m, &n, a, &m, factors, work, &size, &info);
    free(work);
    return info;
}

int nj_qr_columns(int m, int k, double *a, const double *factors) {
    REQUIRE(orgqr);
    int ask = -1, info = 0, size;
    double asked = 0;
    lapack.orgqr(&m, &k, &k, a, &m, factors, &asked, &ask, &info);
    if (info != 0) return info;
    double *work = working_room(asked, &size);
    if (work == NULL) return nj_lapack_no_memory;
    lapack.orgqr(&m, &k, &k, a, &m, factors, work, &size, &info);
    free(work);
    return info;
}
