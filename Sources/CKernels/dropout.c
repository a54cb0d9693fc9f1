#include "dropout.h"

#include "dropout_row.h"

NJ_CLONES void nj_dropout(long rows, long columns, nj_dropping dropping, const uint64_t *keys,
                          const float *x, const float *residual, float *y) {
    for (long r = 0; r < rows; r++)
        nj_drop_row(columns, dropping, keys[r], 0, x + r * columns,
                    residual ? residual + r * columns : residual, y + r * columns);
}
