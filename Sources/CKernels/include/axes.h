// Reductions and scans along one dimension of a tensor.

#ifndef NIGHTJAR_AXES_H
#define NIGHTJAR_AXES_H

#include <stdint.h>

/// Some of the lines along one dimension: element l of the line at column k of slab s stands at
/// (s·length + l)·stride + k, and the line's own result at s·stride + k.
typedef struct {
    long slabs;
    long length;
    long stride;
    long columns;
} nj_lines;

/// The sum of each line, added up in double precision.
void nj_line_sums(nj_lines lines, const float *x, float *out);

/// The largest or smallest element of each line and its first position; not-a-number counts as
/// beyond everything. Lines must not be empty.
void nj_line_maxima(nj_lines lines, const float *x, float *out, int32_t *positions);
void nj_line_minima(nj_lines lines, const float *x, float *out, int32_t *positions);

/// Running sums along each line, added up in double precision; `out` has the shape of `x`.
void nj_cumulative_sums(nj_lines lines, const float *x, float *out);

#endif
