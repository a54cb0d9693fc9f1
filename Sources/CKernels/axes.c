#include "axes.h"

#include "clones.h"
#include "reductions.h"

// Columns that are worked on together: their sums stay in registers and the nearest cache.
enum { tile = 64 };

NJ_INLINE long smaller(long a, long b) { return a < b ? a : b; }

NJ_CLONES static void tile_sums(nj_lines lines, long width, const float *x, float *out) {
    double sums[tile] = {0};
    for (long l = 0; l < lines.length; l++)
        for (long k = 0; k < width; k++) sums[k] += x[l * lines.stride + k];
    for (long k = 0; k < width; k++) out[k] = (float)sums[k];
}

void nj_line_sums(nj_lines lines, const float *x, float *out) {
    for (long s = 0; s < lines.slabs; s++) {
        const float *slab = x + s * lines.length * lines.stride;
        float *result = out + s * lines.stride;
        if (lines.stride == 1) {
            *result = (float)nj_sum(lines.length, slab);
            continue;
        }
        for (long k = 0; k < lines.columns; k += tile)
            tile_sums(lines, smaller(tile, lines.columns - k), slab + k, result + k);
    }
}

// A comparison with not-a-number is false, so it enters, and stays, only by a test of its own.
#define EXTREMES(name, is_beyond)                                                              \
    /* Lines whose elements are neighbours: lanes first find the value, then its place is. */  \
    NJ_CLONES static void name##_of_row(long count, const float *x, float *out,                \
                                        int32_t *position) {                                   \
        float lane[tile];                                                                      \
        for (int l = 0; l < tile; l++) lane[l] = x[0];                                         \
        long whole = count - count % tile;                                                     \
        int has_nan = 0;                                                                       \
        for (long i = 0; i < whole; i += tile)                                                 \
            for (int l = 0; l < tile; l++) {                                                   \
                lane[l] = x[i + l] is_beyond lane[l] ? x[i + l] : lane[l];                     \
                has_nan |= x[i + l] != x[i + l];                                               \
            }                                                                                  \
        float best = x[0];                                                                     \
        for (long i = whole; i < count; i++) {                                                 \
            best = x[i] is_beyond best ? x[i] : best;                                          \
            has_nan |= x[i] != x[i];                                                           \
        }                                                                                      \
        for (int l = 0; l < tile; l++) best = lane[l] is_beyond best ? lane[l] : best;         \
        long place = 0;                                                                        \
        while (has_nan ? x[place] == x[place] : x[place] != best) place++;                     \
        *out = x[place];                                                                       \
        *position = (int32_t)place;                                                            \
    }                                                                                          \
                                                                                               \
    NJ_CLONES static void name##_of_columns(nj_lines lines, const float *slab,                 \
                                            float *restrict best,                              \
                                            int32_t *restrict position) {                      \
        for (long k = 0; k < lines.columns; k++) {                                             \
            best[k] = slab[k];                                                                 \
            position[k] = 0;                                                                   \
        }                                                                                      \
        for (long l = 1; l < lines.length; l++) {                                              \
            const float *restrict row = slab + l * lines.stride;                               \
            for (long k = 0; k < lines.columns; k++) {                                         \
                int is_new_nan = row[k] != row[k] && best[k] == best[k];                       \
                int takes = row[k] is_beyond best[k] || is_new_nan;                            \
                best[k] = takes ? row[k] : best[k];                                            \
                position[k] = takes ? (int32_t)l : position[k];                                \
            }                                                                                  \
        }                                                                                      \
    }                                                                                          \
                                                                                               \
    void name(nj_lines lines, const float *x, float *out, int32_t *positions) {                \
        for (long s = 0; s < lines.slabs; s++) {                                               \
            const float *slab = x + s * lines.length * lines.stride;                           \
            long line = s * lines.stride;                                                      \
            if (lines.stride == 1)                                                             \
                name##_of_row(lines.length, slab, out + line, positions + line);               \
            else                                                                               \
                name##_of_columns(lines, slab, out + line, positions + line);                  \
        }                                                                                      \
    }

EXTREMES(nj_line_maxima, >)
EXTREMES(nj_line_minima, <)

NJ_CLONES void nj_cumulative_sums(nj_lines lines, const float *x, float *out) {
    for (long s = 0; s < lines.slabs; s++) {
        long start = s * lines.length * lines.stride;
        for (long first = 0; first < lines.columns; first += tile) {
            long width = smaller(tile, lines.columns - first);
            double sums[tile] = {0};
            for (long l = 0; l < lines.length; l++) {
                const float *restrict row = x + start + l * lines.stride + first;
                float *restrict result = out + start + l * lines.stride + first;
                for (long k = 0; k < width; k++) {
                    sums[k] += row[k];
                    result[k] = (float)sums[k];
                }
            }
        }
    }
}
