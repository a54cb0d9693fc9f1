// What the kinds of products on the tile unit have in common.

#ifndef NIGHTJAR_TILE_UNIT_H
#define NIGHTJAR_TILE_UNIT_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#include "clones.h"

#define NJ_TILES \
    __attribute__((target("amx-tile,amx-bf16,amx-int8,avx512f,avx512bw,avx512vl")))

enum {
    nj_tile_side = 16,  // rows of a tile, and its columns in 32-bit numbers
    nj_tile_bytes = 1024,
    nj_line_bytes = 64,  // of the caches, and of a row of a tile
};

struct nj_tile_shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

/// Makes all eight tiles as large as they can be.
NJ_TILES NJ_INLINE void nj_tiles_shape(void) {
    struct nj_tile_shapes shapes;
    memset(&shapes, 0, sizeof shapes);
    shapes.palette = 1;
    for (int tile = 0; tile < 8; tile++) {
        shapes.row_bytes[tile] = nj_line_bytes;
        shapes.rows[tile] = nj_tile_side;
    }
    _tile_loadconfig(&shapes);
}

/// Turns a tile, as a matrix of 32-bit numbers.
NJ_TILES NJ_INLINE void nj_tile_transpose(char *tile) {
    enum { side = nj_tile_side };
    __m512i r[side], s[side];
    for (int i = 0; i < side; i++) r[i] = _mm512_load_si512(tile + i * 64);
    for (int i = 0; i < side; i += 2) {
        s[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        s[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < side; i += 4) {
        r[i] = _mm512_unpacklo_epi64(s[i], s[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(s[i], s[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(s[i + 1], s[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(s[i + 1], s[i + 3]);
    }
    for (int i = 0; i < side; i += 8)
        for (int k = 0; k < 4; k++) {
            s[i + k] = _mm512_shuffle_i32x4(r[i + k], r[i + k + 4], 0x88);
            s[i + k + 4] = _mm512_shuffle_i32x4(r[i + k], r[i + k + 4], 0xdd);
        }
    for (int k = 0; k < 8; k++) {
        _mm512_store_si512(tile + k * 64, _mm512_shuffle_i32x4(s[k], s[k + 8], 0x88));
        _mm512_store_si512(tile + (k + 8) * 64, _mm512_shuffle_i32x4(s[k], s[k + 8], 0xdd));
    }
}

/// The lanes of the first `count` of 16 numbers.
NJ_INLINE __mmask16 nj_lanes_below(long count) {
    return (__mmask16)(count >= 16 ? 0xffffu : count <= 0 ? 0u : (1u << count) - 1u);
}

NJ_INLINE long nj_divided_up(long count, long size) { return (count + size - 1) / size; }

#endif
