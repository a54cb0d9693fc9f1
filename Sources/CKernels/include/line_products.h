// Dot products between the lines of two operands, in fixed point on the tile unit.
//
// Each line of numbers has its own scale, a power of two, by which its numbers become integers of 24
// bits, each x = x1·2^16 + x2·2^8 + x3 with digits of 8 bits and signs; the unit multiplies and adds
// up such digits exactly, twice as many at a time as bfloat16 numbers. Of the nine products of two
// such sums the six largest count, x1·y1, x1·y2 + x2·y1 and x1·y3 + x2·y2 + x3·y1. What is lost, by
// rounding x to a unit of 2^-22 of its line's largest number or less and by what is left out, is
// below 2^-20·|x|·|y| for two lines of random signs, mostly far below; a number of a line is the less
// precise the smaller it is beside the line's largest. (The scheme is that of Ootomo, Ozaki and
// Yokota, DGEMM on Integer Matrix Multiplication Unit, 2024, at single precision.)

#ifndef NIGHTJAR_LINE_PRODUCTS_H
#define NIGHTJAR_LINE_PRODUCTS_H

#include <stdbool.h>

/// Whether the processor has what these products need and the system allows it; asked once.
bool nj_lines_open(void);

/// Lines that are arranged together: a group is put at a multiple of it.
enum { nj_lines_group = 32 };

/// Bytes that `lines` lines of `inner` numbers take.
long nj_lines_size(long lines, long inner);

/// Arranges lines as one group, up to 32, or as several.
///
/// Number k of line l is x[l·stride + k], or x[k·stride + l] when `is_transposed`. `out` is aligned to
/// 64 bytes. `scales` has room for whole groups; a line with a number that is not finite has the scale
/// NaN, which makes all its products NaN, and then the result is false.
bool nj_lines_put_left(bool is_transposed, long lines, long inner, const float *x, long stride,
                       void *out, float *scales);
bool nj_lines_put_right(bool is_transposed, long lines, long inner, const float *x, long stride,
                        void *out, float *scales);

/// An operand: `lines` lines, put with `inner` numbers each, of which those from `first`, a multiple
/// of 64, on are meant.
struct nj_line_operand {
    const void *digits;
    const float *scales;
    long lines, inner, first;
};

/// C = A·B, or C += A·B when `adds`, of `inner` numbers of the left and the right lines.
///
/// Of C's columns, each 16 lie together, `column_stride` floats from those to the next; rows are
/// `row_stride` floats apart. So 16 is right for a matrix as it usually lies.
void nj_lines_multiply(struct nj_line_operand left, struct nj_line_operand right, long inner,
                       bool adds, float *c, long row_stride, long column_stride);

/// Floats that `rows` × `columns` sums take which are stored 16 columns after 16 columns: as C with a
/// row stride of 16 and a column stride of 16·rows. So many rows pass by without a change of page.
long nj_lines_sums(long rows, long columns);

/// Adds such sums to a matrix that has `stride` floats from row to row.
void nj_lines_read(long rows, long columns, const float *sums, float *c, long stride);

#endif
