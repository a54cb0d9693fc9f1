// Matrix products on the tile unit of newer x86 processors (Intel AMX), at single precision.
//
// The unit multiplies bfloat16 numbers and adds up in single precision, about 18 times as fast as
// vector instructions. A float is the sum of three bfloat16 numbers, x = x1 + x2 + x3, each the
// rounded rest of the ones before; of the nine products of two such sums the six largest are added
// up, x1·y1 + x1·y2 + x2·y1 + x2·y2 + x1·y3 + x3·y1. What is left out is below 2^-26 of |x·y|, less
// than the rounding of a single-precision product. Only numbers below 2^-110, whose last parts would
// be denormal, are less precise. (The scheme is that of "3xBF16": Henry, Tang and
// Heinecke, Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision
// Computations, 2019.)

#ifndef NIGHTJAR_TILES_H
#define NIGHTJAR_TILES_H

#include <stdbool.h>
#include <stdint.h>

/// Whether the processor has the unit and the system lets this process use it; asked once.
bool nj_tiles_open(void);

/// Lines that are packed together, and may be packed apart from others.
enum { nj_tiles_panel_lines = 32 };

/// Bytes that a packed operand takes: `lines` rows of the left or columns of the right operand, each
/// of `inner` numbers.
long nj_tiles_size(long lines, long inner);

/// Splits an operand into its three parts, arranged as tiles; `out` is aligned to 64 bytes.
///
/// The operand is given line by line: rows of the left operand, columns of the right one. Number k
/// of line l is x[l·stride + k], or x[k·stride + l] when `is_transposed`. False when a number is not
/// finite or above 2^126, whose parts would not add up: such operands need another product.
bool nj_tiles_pack_left(bool is_transposed, long rows, long inner, const float *x, long stride,
                        void *out);
bool nj_tiles_pack_right(bool is_transposed, long columns, long inner, const float *x, long stride,
                         void *out);

/// C = A·B, or C += A·B when `adds`; C has `stride` floats from row to row.
///
/// `left` and `right` are where the numbers from `first` on begin in operands that were packed with
/// `left_inner` and `right_inner` numbers a line; `nj_tiles_offset(first)` bytes from their start.
void nj_tiles_multiply(long rows, long columns, long inner, const void *left, long left_inner,
                       const void *right, long right_inner, bool adds, float *c, long stride);

/// Where number `first` of the first line stands, in bytes; a multiple of 32.
long nj_tiles_offset(long first);

#endif
