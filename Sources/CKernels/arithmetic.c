#include "arithmetic.h"

#include "clones.h"

// Three loops a row: a repeated value is loaded once, and the compiler sees plain strides.
#define ELEMENTWISE(name, expression)                                                         \
    NJ_CLONES void name(long rows, long columns, nj_operand x, nj_operand y, float *out) {    \
        for (long r = 0; r < rows; r++) {                                                     \
            const float *a = x.start + r * x.row_stride, *b = y.start + r * y.row_stride;     \
            float *restrict result = out + r * columns;                                       \
            if (x.column_stride == 0) {                                                       \
                float left = *a;                                                              \
                for (long k = 0; k < columns; k++) {                                          \
                    float right = b[k];                                                       \
                    result[k] = (expression);                                                 \
                }                                                                             \
            } else if (y.column_stride == 0) {                                                \
                float right = *b;                                                             \
                for (long k = 0; k < columns; k++) {                                          \
                    float left = a[k];                                                        \
                    result[k] = (expression);                                                 \
                }                                                                             \
            } else {                                                                          \
                for (long k = 0; k < columns; k++) {                                          \
                    float left = a[k], right = b[k];                                          \
                    result[k] = (expression);                                                 \
                }                                                                             \
            }                                                                                 \
        }                                                                                     \
    }

ELEMENTWISE(nj_add, left + right)
ELEMENTWISE(nj_subtract, left - right)
ELEMENTWISE(nj_multiply, left * right)
ELEMENTWISE(nj_divide, left / right)
ELEMENTWISE(nj_maximum, left > right || left != left ? left : right)
ELEMENTWISE(nj_minimum, left < right || left != left ? left : right)
ELEMENTWISE(nj_greater, left > right ? 1.0f : 0.0f)
ELEMENTWISE(nj_greater_equal, left >= right ? 1.0f : 0.0f)
ELEMENTWISE(nj_less, left < right ? 1.0f : 0.0f)
ELEMENTWISE(nj_less_equal, left <= right ? 1.0f : 0.0f)
ELEMENTWISE(nj_equal, left == right ? 1.0f : 0.0f)
ELEMENTWISE(nj_not_equal, left != right ? 1.0f : 0.0f)

NJ_CLONES void nj_repeat(long rows, long columns, float scale, nj_operand x, float *out) {
    for (long r = 0; r < rows; r++) {
        const float *row = x.start + r * x.row_stride;
        float *restrict result = out + r * columns;
        if (x.column_stride == 0) {
            float value = scale * *row;
            for (long k = 0; k < columns; k++) result[k] = value;
        } else {
            for (long k = 0; k < columns; k++) result[k] = scale * row[k];
        }
    }
}

NJ_CLONES void nj_select(long count, const float *mask, const float *x, const float *y,
                         float *restrict out) {
    for (long i = 0; i < count; i++) out[i] = mask[i] != 0.0f ? x[i] : y[i];
}
