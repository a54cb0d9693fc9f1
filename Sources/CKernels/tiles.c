#include "tiles.h"

#if defined(__x86_64__) && defined(__linux__)

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tile_unit.h"

// A packed operand is a row of panels of 32 lines; a panel is a row of chunks of 32 numbers of each
// line; a chunk is the three parts, each as two tiles of 16 lines. A tile multiplies pairs of numbers;
// number k of a chunk is paired with number k + 16, which needs no shuffling, and both operands are
// alike in it. What is missing at an edge is 0.
enum {
    side = nj_tile_side,
    depth = 32,  // bfloat16 numbers in a row of a tile
    tile_bytes = nj_tile_bytes,
    panel_lines = nj_tiles_panel_lines,
    part_bytes = 2 * tile_bytes,
    chunk_bytes = 3 * part_bytes,
    // Chunks of one pass over C, and bytes of the rows that stay in the second-level cache meanwhile.
    pass_chunks = 16,
    block_bytes = 1 << 20,
    tall_rows = 256,
};

static pthread_once_t opened = PTHREAD_ONCE_INIT;
static bool is_open;

static void open_once(void) {
    enum { request_permission = 0x1023, tile_data = 18 };
    __builtin_cpu_init();
    is_open = __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
              __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512vl") &&
              syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

bool nj_tiles_open(void) {
    pthread_once(&opened, open_once);
    return is_open;
}

long nj_tiles_size(long lines, long inner) {
    return nj_divided_up(lines, panel_lines) * nj_divided_up(inner, depth) * chunk_bytes;
}

long nj_tiles_offset(long first) { return first / depth * chunk_bytes; }

// Packing

/// Takes the rounded upper half of each float out of it.
NJ_TILES NJ_INLINE __m512i take_part(__m512 *x) {
    __m512i bits = _mm512_add_epi32(_mm512_castps_si512(*x), _mm512_set1_epi32(0x8000));
    bits = _mm512_and_si512(bits, _mm512_set1_epi32((int)0xffff0000));
    *x = _mm512_sub_ps(*x, _mm512_castsi512_ps(bits));
    return bits;
}

/// Writes row `row` of the tiles of the three parts: number i of `a` beside number i of `b`.
NJ_TILES NJ_INLINE void write_parts(__m512 a, __m512 b, int row, char *tile) {
    for (int part = 0; part < 3; part++) {
        __m512i low = _mm512_srli_epi32(take_part(&a), 16);
        _mm512_store_si512(tile + part * part_bytes + row * 64,
                           _mm512_or_si512(low, take_part(&b)));
    }
}

NJ_TILES NJ_INLINE __m512i larger_magnitude(__m512i largest, __m512 x) {
    __m512i magnitude = _mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(0x7fffffff));
    return _mm512_max_epu32(largest, magnitude);
}

/// One tile of each part from lines whose numbers lie side by side: a row for each line.
NJ_TILES NJ_INLINE __m512i pack_rows(const float *x, long stride, long lines, long inner, char *tile,
                                  __m512i largest) {
    __mmask16 low = nj_lanes_below(inner), high = nj_lanes_below(inner - side);
    for (int l = 0; l < side; l++) {
        __m512 a = _mm512_setzero_ps(), b = a;
        if (l < lines) {
            a = _mm512_maskz_loadu_ps(low, x + l * stride);
            b = _mm512_maskz_loadu_ps(high, x + l * stride + side);
        }
        largest = larger_magnitude(larger_magnitude(largest, a), b);
        write_parts(a, b, l, tile);
    }
    return largest;
}

/// One tile of each part from lines that lie across: a row for each pair of numbers.
NJ_TILES NJ_INLINE __m512i pack_pairs(const float *x, long stride, long lines, long inner, char *tile,
                                   __m512i largest) {
    __mmask16 mask = nj_lanes_below(lines);
    for (int k = 0; k < side; k++) {
        __m512 a = _mm512_setzero_ps(), b = a;
        if (k < inner) a = _mm512_maskz_loadu_ps(mask, x + k * stride);
        if (k + side < inner) b = _mm512_maskz_loadu_ps(mask, x + (k + side) * stride);
        largest = larger_magnitude(larger_magnitude(largest, a), b);
        write_parts(a, b, k, tile);
    }
    return largest;
}

/// Packs up to 32 numbers of up to 32 lines; returns the largest magnitude so far.
///
/// Left operands want a row for each line, right ones a row for each pair of numbers; whichever way
/// the numbers lie, turning a tile of the one kind makes one of the other.
NJ_TILES NJ_INLINE __m512i pack_chunk(bool is_left, bool is_transposed, long lines, long inner,
                                   const float *x, long stride, char *out, __m512i largest) {
    for (int half = 0; half < 2; half++) {
        char *tile = out + half * tile_bytes;
        long left_lines = lines - half * side;
        if (left_lines <= 0) {
            for (int part = 0; part < 3; part++) memset(tile + part * part_bytes, 0, tile_bytes);
            continue;
        }
        largest = is_transposed
                      ? pack_pairs(x + half * side, stride, left_lines, inner, tile, largest)
                      : pack_rows(x + half * side * stride, stride, left_lines, inner, tile, largest);
        if (is_left != is_transposed) continue;
        for (int part = 0; part < 3; part++) nj_tile_transpose(tile + part * part_bytes);
    }
    return largest;
}

/// Packs chunk by chunk in the order in which the numbers lie in memory.
NJ_TILES NJ_INLINE bool pack(bool is_left, bool is_transposed, long lines, long inner, const float *x,
                          long stride, char *out) {
    __m512i largest = _mm512_setzero_si512();
    const long panel_bytes = nj_divided_up(inner, depth) * chunk_bytes;
    if (is_transposed) {
        for (long k = 0; k < inner; k += depth)
            for (long line = 0; line < lines; line += panel_lines)
                largest = pack_chunk(is_left, true, lines - line, inner - k, x + k * stride + line,
                                     stride,
                                     out + line / panel_lines * panel_bytes + nj_tiles_offset(k),
                                     largest);
    } else {
        for (long line = 0; line < lines; line += panel_lines)
            for (long k = 0; k < inner; k += depth)
                largest = pack_chunk(is_left, false, lines - line, inner - k, x + line * stride + k,
                                     stride,
                                     out + line / panel_lines * panel_bytes + nj_tiles_offset(k),
                                     largest);
    }
    const unsigned limit = 0x7e800000;  // 2^126
    return _mm512_reduce_max_epu32(largest) <= limit;
}

NJ_TILES bool nj_tiles_pack_left(bool is_transposed, long rows, long inner, const float *x,
                              long stride, void *out) {
    return is_transposed ? pack(true, true, rows, inner, x, stride, out)
                         : pack(true, false, rows, inner, x, stride, out);
}

NJ_TILES bool nj_tiles_pack_right(bool is_transposed, long columns, long inner, const float *x,
                               long stride, void *out) {
    return is_transposed ? pack(false, true, columns, inner, x, stride, out)
                         : pack(false, false, columns, inner, x, stride, out);
}

// Multiplying

// Tiles 0 to 3 are a square of C; 4 and 5 hold a part of the left operand, 6 and 7 of the right one.
#define LOAD_LEFT(part)                                                 \
    do {                                                                \
        _tile_loadd(4, left + (part) * part_bytes, 64);                 \
        if (is_tall) _tile_loadd(5, left + (part) * part_bytes + tile_bytes, 64);   \
    } while (0)
#define LOAD_RIGHT(part)                                                \
    do {                                                                \
        _tile_loadd(6, right + (part) * part_bytes, 64);                \
        if (is_wide) _tile_loadd(7, right + (part) * part_bytes + tile_bytes, 64);  \
    } while (0)
#define ADD_PRODUCTS()                                \
    do {                                              \
        _tile_dpbf16ps(0, 4, 6);                      \
        if (is_wide) _tile_dpbf16ps(1, 4, 7);         \
        if (is_tall) _tile_dpbf16ps(2, 5, 6);         \
        if (is_tall && is_wide) _tile_dpbf16ps(3, 5, 7); \
    } while (0)

/// What a product will need soon: with each chunk, some cache lines of it are fetched.
struct ahead {
    const char *bytes;
    long lines;
};

/// Adds some chunks' products to a square of C of one or two tiles either way.
///
/// The order of the parts is the one that loads fewest tiles.
NJ_TILES NJ_INLINE void add_chunks(bool is_tall, bool is_wide, long chunks, const char *left,
                                const char *right, const struct ahead *ahead, bool adds, float *c,
                                long stride) {
    const long row_bytes = stride * (long)sizeof(float);
    const char *soon = ahead->bytes;
    const long lines = ahead->lines;
    if (adds) {
        _tile_loadd(0, c, row_bytes);
        if (is_wide) _tile_loadd(1, c + side, row_bytes);
        if (is_tall) _tile_loadd(2, c + side * stride, row_bytes);
        if (is_tall && is_wide) _tile_loadd(3, c + side * stride + side, row_bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (; chunks > 0; chunks--, left += chunk_bytes, right += chunk_bytes) {
        for (long line = 0; line < lines; line++, soon += nj_line_bytes)
            _mm_prefetch(soon, _MM_HINT_T1);
        LOAD_LEFT(1);
        LOAD_RIGHT(1);
        ADD_PRODUCTS();
        LOAD_RIGHT(0);
        ADD_PRODUCTS();
        LOAD_LEFT(2);
        ADD_PRODUCTS();
        LOAD_LEFT(0);
        ADD_PRODUCTS();
        LOAD_RIGHT(1);
        ADD_PRODUCTS();
        LOAD_RIGHT(2);
        ADD_PRODUCTS();
    }
    _tile_stored(0, c, row_bytes);
    if (is_wide) _tile_stored(1, c + side, row_bytes);
    if (is_tall) _tile_stored(2, c + side * stride, row_bytes);
    if (is_tall && is_wide) _tile_stored(3, c + side * stride + side, row_bytes);
}

NJ_TILES static void add_square(bool is_tall, bool is_wide, long chunks, const char *left,
                             const char *right, const struct ahead *ahead, bool adds, float *c,
                             long stride) {
    if (is_tall && is_wide)
        add_chunks(true, true, chunks, left, right, ahead, adds, c, stride);
    else if (is_tall)
        add_chunks(true, false, chunks, left, right, ahead, adds, c, stride);
    else if (is_wide)
        add_chunks(false, true, chunks, left, right, ahead, adds, c, stride);
    else
        add_chunks(false, false, chunks, left, right, ahead, adds, c, stride);
}

/// A square that reaches over C's edge is computed beside C.
NJ_TILES static void add_edge(long rows, long columns, long chunks, const char *left,
                           const char *right, const struct ahead *ahead, bool adds, float *c,
                           long stride) {
    float square[panel_lines * panel_lines] __attribute__((aligned(64)));
    const bool is_wide = columns > side;
    const __mmask16 low = nj_lanes_below(columns), high = nj_lanes_below(columns - side);
    for (long row = 0; row < rows && adds; row++) {
        float *line = square + row * panel_lines;
        _mm512_store_ps(line, _mm512_maskz_loadu_ps(low, c + row * stride));
        if (is_wide)
            _mm512_store_ps(line + side, _mm512_maskz_loadu_ps(high, c + row * stride + side));
    }
    add_square(rows > side, is_wide, chunks, left, right, ahead, adds, square, panel_lines);
    for (long row = 0; row < rows; row++) {
        const float *line = square + row * panel_lines;
        _mm512_mask_storeu_ps(c + row * stride, low, _mm512_load_ps(line));
        if (is_wide)
            _mm512_mask_storeu_ps(c + row * stride + side, high, _mm512_load_ps(line + side));
    }
}

/// The part of a product in which some chunks of all lines meet.
struct pass {
    const char *left, *right;            // where the chunks of the first lines begin
    long left_panel, right_panel;        // bytes from panel to panel
    long rows, columns, chunks;
    bool adds;
    float *c;
    long stride;
};

/// The square of C at a row and a column, both at the beginning of a panel.
NJ_TILES NJ_INLINE void add_panels(const struct pass *pass, long row, long column,
                                const struct ahead *ahead) {
    const char *left = pass->left + row / panel_lines * pass->left_panel;
    const char *right = pass->right + column / panel_lines * pass->right_panel;
    long height = pass->rows - row < panel_lines ? pass->rows - row : panel_lines;
    long width = pass->columns - column < panel_lines ? pass->columns - column : panel_lines;
    float *square = pass->c + row * pass->stride + column;
    if (height % side == 0 && width % side == 0)
        add_square(height > side, width > side, pass->chunks, left, right, ahead, pass->adds,
                   square, pass->stride);
    else
        add_edge(height, width, pass->chunks, left, right, ahead, pass->adds, square,
                 pass->stride);
}

/// Lines of which so many chunks stay in the second-level cache.
static long block_of(long chunks) { return block_bytes / (chunks * chunk_bytes) * panel_lines; }

/// Rows pass by the columns, a block of which stays in the second-level cache.
NJ_TILES NJ_INLINE void pass_rows(const struct pass *pass) {
    const struct ahead nothing = {pass->right, 0};
    const long block = block_of(pass->chunks);
    for (long start = 0; start < pass->columns; start += block) {
        long end = start + block < pass->columns ? start + block : pass->columns;
        for (long row = 0; row < pass->rows; row += panel_lines)
            for (long column = start; column < end; column += panel_lines)
                add_panels(pass, row, column, &nothing);
    }
}

/// Columns pass by the rows, a block of which stays in the cache; each panel of columns is fetched
/// while the one before it is in use.
NJ_TILES NJ_INLINE void pass_columns(const struct pass *pass) {
    const long block = block_of(pass->chunks);
    for (long top = 0; top < pass->rows; top += block) {
        long bottom = top + block < pass->rows ? top + block : pass->rows;
        long share = nj_divided_up(chunk_bytes / nj_line_bytes, nj_divided_up(bottom - top, panel_lines));
        for (long column = 0; column < pass->columns; column += panel_lines) {
            struct ahead ahead = {pass->right + (column / panel_lines + 1) * pass->right_panel,
                                  column + panel_lines < pass->columns ? share : 0};
            for (long row = top; row < bottom; row += panel_lines) {
                add_panels(pass, row, column, &ahead);
                ahead.bytes += pass->chunks * ahead.lines * nj_line_bytes;
            }
        }
    }
}

NJ_TILES void nj_tiles_multiply(long rows, long columns, long inner, const void *left,
                             long left_inner, const void *right, long right_inner, bool adds,
                             float *c, long stride) {
    const long chunks = nj_divided_up(inner, depth);
    if (chunks == 0) {
        for (long row = 0; row < rows && !adds; row++)
            memset(c + row * stride, 0, (size_t)columns * sizeof(float));
        return;
    }
    struct pass pass = {
        .left = left, .right = right,
        .left_panel = nj_divided_up(left_inner, depth) * chunk_bytes,
        .right_panel = nj_divided_up(right_inner, depth) * chunk_bytes,
        .rows = rows, .columns = columns, .adds = adds, .c = c, .stride = stride,
    };
    nj_tiles_shape();
    for (long first = 0; first < chunks; first += pass_chunks) {
        pass.chunks = first + pass_chunks < chunks ? pass_chunks : chunks - first;
        // Going down C's columns costs page after page, which only long sums make up for.
        if (rows >= tall_rows && pass.chunks == pass_chunks)
            pass_columns(&pass);
        else
            pass_rows(&pass);
        pass.left += pass.chunks * chunk_bytes;
        pass.right += pass.chunks * chunk_bytes;
        pass.adds = true;
    }
    _tile_release();
}

#else

bool nj_tiles_open(void) { return false; }
long nj_tiles_size(long lines, long inner) { return 0; }
long nj_tiles_offset(long first) { return 0; }
bool nj_tiles_pack_left(bool is_transposed, long rows, long inner, const float *x, long stride,
                        void *out) {
    return false;
}
bool nj_tiles_pack_right(bool is_transposed, long columns, long inner, const float *x, long stride,
                         void *out) {
    return false;
}
void nj_tiles_multiply(long rows, long columns, long inner, const void *left, long left_inner,
                       const void *right, long right_inner, bool adds, float *c, long stride) {}

#endif
