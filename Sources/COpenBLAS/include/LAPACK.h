// Linear algebra in double precision, from the LAPACK inside OpenBLAS.
//
// Matrices are column-major, as LAPACK has them, without gaps between columns. Each function takes
// the memory that LAPACK needs to work in and gives LAPACK's own code: 0 for success, above 0 for
// what the matrix does not allow.

#ifndef NIGHTJAR_LAPACK_H
#define NIGHTJAR_LAPACK_H

#include <stdbool.h>

enum {
    /// The library is not installed, or lacks the function.
    nj_lapack_missing = -1000,
    /// There is no memory to work in.
    nj_lapack_no_memory = -1001,
};

/// a = u diag(s) vt: a is m × n, u is m × k, vt is k × n, k the smaller of m and n. Overwrites a.
int nj_svd(int m, int n, double *a, double *s, double *u, double *vt);

/// Eigenvalues, ascending, of a symmetric n × n matrix; its columns become the eigenvectors.
int nj_symmetric_eigen(int n, double *a, double *values);

/// a = P L U in place, with the exchanges of rows in pivots.
int nj_lu(int n, double *a, int *pivots);

/// Solves aᵀ x = b for the columns of b (n × k) in place, from the result of nj_lu.
int nj_lu_solve_transposed(int n, int k, const double *lu, const int *pivots, double *b);

/// The inverse in place, from the result of nj_lu.
int nj_lu_invert(int n, double *lu, const int *pivots);

/// The upper triangle u of a = uᵀ u in place of the upper triangle of a.
int nj_cholesky_upper(int n, double *a);

/// Solves a x = b, or aᵀ x = b if it transposes, for the columns of b (n × k) in place, reading one
/// triangle of a alone.
int nj_triangular_solve(int n, int k, const double *a, bool is_upper, bool transposes, double *b);

/// The least-squares solution of least norm of a x = b, a being m × n and b having k columns of
/// `length` elements, the larger of m and n; x is in the first n of each. Overwrites a.
int nj_least_squares(int m, int n, int k, double *a, double *b, int length, double *s,
                     double smallest, int *rank);

/// a = q r: r in the upper triangle of the first rows of a, then q (m × k) in its place by
/// nj_qr_columns. `factors` has k elements.
int nj_qr(int m, int n, double *a, double *factors);

/// The first k columns of q from what nj_qr left.
int nj_qr_columns(int m, int k, double *a, const double *factors);

#endif
