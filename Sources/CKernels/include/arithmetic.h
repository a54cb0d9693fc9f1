// Two operands, element by element, with one of them repeated where it is smaller.

#ifndef NIGHTJAR_ARITHMETIC_H
#define NIGHTJAR_ARITHMETIC_H

/// A matrix operand: rows are `row_stride` floats apart, columns 1 or 0 (one value for all).
typedef struct {
    const float *start;
    long row_stride;
    long column_stride;
} nj_operand;

/// out[r][k] = x[r][k] ∘ y[r][k] for `rows` × `columns` elements; `out` overlaps no operand.
///
/// At most one of the operands repeats one value, unless there is one column only.
/// Comparisons give 1 or 0. `nj_maximum` and `nj_minimum` give not-a-number when either side is.
void nj_add(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_subtract(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_multiply(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_divide(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_maximum(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_minimum(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_greater(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_greater_equal(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_less(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_less_equal(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_equal(long rows, long columns, nj_operand x, nj_operand y, float *out);
void nj_not_equal(long rows, long columns, nj_operand x, nj_operand y, float *out);

/// out[r][k] = scale·x[r][k]: a copy in which what is smaller is repeated.
void nj_repeat(long rows, long columns, float scale, nj_operand x, float *out);

/// out[i] = x[i] where mask[i] is not 0, else y[i].
void nj_select(long count, const float *mask, const float *x, const float *y, float *out);

#endif
