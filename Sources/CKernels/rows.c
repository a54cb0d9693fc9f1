#include "rows.h"

#include <string.h>

#include "clones.h"

void nj_gather_rows(long rows, long columns, const float *table, const int32_t *ids, float *y) {
    for (long r = 0; r < rows; r++)
        memcpy(y + r * columns, table + (long)ids[r] * columns, (size_t)columns * sizeof(float));
}

NJ_CLONES void nj_sum_row_groups(long groups, long columns, const float *x,
                                 const int32_t *starts, const int32_t *members, float *out) {
    for (long g = 0; g < groups; g++) {
        float *restrict sum = out + g * columns;
        int32_t m = starts[g], end = starts[g + 1];
        if (m == end) {
            memset(sum, 0, (size_t)columns * sizeof(float));
            continue;
        }
        memcpy(sum, x + (long)members[m] * columns, (size_t)columns * sizeof(float));
        for (m++; m + 1 < end; m += 2) {
            const float *restrict first = x + (long)members[m] * columns;
            const float *restrict second = x + (long)members[m + 1] * columns;
            for (long k = 0; k < columns; k++) sum[k] += first[k] + second[k];
        }
        if (m < end) {
            const float *restrict last = x + (long)members[m] * columns;
            for (long k = 0; k < columns; k++) sum[k] += last[k];
        }
    }
}

NJ_CLONES void nj_add_column_sums(long rows, long columns, const float *x, float *restrict out) {
    for (long r = 0; r < rows; r++) {
        const float *restrict row = x + r * columns;
        for (long k = 0; k < columns; k++) out[k] += row[k];
    }
}

/// Sixteen floats anywhere in memory. Left to itself the compiler gathers a block's columns.
typedef float lanes __attribute__((vector_size(64), aligned(4)));

/// A block of the sums: `columns` rows of 16·`size` numbers, which the vector registers hold.
NJ_INLINE void outer_block(int columns, int size, long steps, long width, const float *deltas,
                           long stride, const float *x, long x_stride, float *out) {
    lanes sums[4][3];
    for (int c = 0; c < columns; c++)
        for (int i = 0; i < size; i++) sums[c][i] = (lanes){0};
    for (long t = 0; t < steps; t++) {
        const lanes *row = (const lanes *)(x + t * x_stride);
        for (int c = 0; c < columns; c++)
            for (int i = 0; i < size; i++) sums[c][i] += deltas[t * stride + c] * row[i];
    }
    for (int c = 0; c < columns; c++)
        for (int i = 0; i < size; i++) *(lanes *)(out + c * width + 16 * i) = sums[c][i];
}

/// The last numbers of rows, `rest` of them, fewer than 16.
NJ_INLINE void outer_tail(int columns, long rest, long steps, long width, const float *deltas,
                          long stride, const float *x, long x_stride, float *out) {
    lanes sums[4];
    for (int c = 0; c < columns; c++) sums[c] = (lanes){0};
    for (long t = 0; t < steps; t++) {
        lanes row = {0};
        for (long i = 0; i < rest; i++) row[i] = x[t * x_stride + i];
        for (int c = 0; c < columns; c++) sums[c] += deltas[t * stride + c] * row;
    }
    for (int c = 0; c < columns; c++)
        for (long i = 0; i < rest; i++) out[c * width + i] = sums[c][i];
}

NJ_INLINE void outer_sums(int columns, long steps, long width, const float *deltas, long stride,
                          const float *x, long x_stride, float *out) {
    long k = 0;
    for (; k + 48 <= width; k += 48)
        outer_block(columns, 3, steps, width, deltas, stride, x + k, x_stride, out + k);
    if (k + 32 <= width) {
        outer_block(columns, 2, steps, width, deltas, stride, x + k, x_stride, out + k);
        k += 32;
    } else if (k + 16 <= width) {
        outer_block(columns, 1, steps, width, deltas, stride, x + k, x_stride, out + k);
        k += 16;
    }
    if (k < width)
        outer_tail(columns, width - k, steps, width, deltas, stride, x + k, x_stride, out + k);
}

NJ_CLONES void nj_outer_sums(long steps, long columns, long width, const float *deltas,
                             long stride, const float *x, long x_stride, float *out) {
    long c = 0;
    for (; c + 4 <= columns; c += 4)
        outer_sums(4, steps, width, deltas + c, stride, x, x_stride, out + c * width);
    for (; c < columns; c++)
        outer_sums(1, steps, width, deltas + c, stride, x, x_stride, out + c * width);
}

NJ_CLONES void nj_add_bias(long rows, long columns, const float *restrict bias, float *y) {
    for (long r = 0; r < rows; r++) {
        float *restrict row = y + r * columns;
        for (long k = 0; k < columns; k++) row[k] += bias[k];
    }
}

NJ_CLONES void nj_copy_matrix(long rows, long columns, const float *x, long row_stride,
                              long column_stride, float *out) {
    if (column_stride == 1) {
        for (long r = 0; r < rows; r++)
            memcpy(out + r * columns, x + r * row_stride, (size_t)columns * sizeof(float));
        return;
    }
    // Square tiles: a cache line that was read for one row serves the rows beside it.
    enum { side = 16 };
    for (long top = 0; top < rows; top += side)
        for (long left = 0; left < columns; left += side) {
            long bottom = top + side < rows ? top + side : rows;
            long right = left + side < columns ? left + side : columns;
            for (long r = top; r < bottom; r++)
                for (long k = left; k < right; k++)
                    out[r * columns + k] = x[r * row_stride + k * column_stride];
        }
}
