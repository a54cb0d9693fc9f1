#include "line_products.h"

#include "clones.h"

#if defined(__x86_64__) && defined(__linux__)

#include "tile_unit.h"
#include "tiles.h"

// An operand is a row of panels; a panel is a row of chunks of 64 numbers of each of its lines: 32
// lines of the left operand, 16 of the right one. A chunk is the three digits, largest first, each as
// a tile for 16 lines. Four numbers share 32 bits: k, k + 16, k + 32 and k + 48, which needs no
// shuffling, and both operands are alike in it. What is missing at an edge is 0.
enum {
    side = nj_tile_side,
    depth = 64,  // digits in a row of a tile
    digits = 3,
    tile_bytes = nj_tile_bytes,
    right_chunk = digits * tile_bytes,
    left_chunk = 2 * right_chunk,
    left_lines = nj_lines_group,
    right_lines = side,
    // Numbers of each line that meet before sums are turned into floats, so that the digits of some
    // hundred left lines stay in the second-level cache; and bytes of these. Sums of so many products
    // of digits are far from the limit of 32 bits.
    pass_chunks = 16,
    block_bytes = 5 << 18,
};

bool nj_lines_open(void) {
    __builtin_cpu_init();
    return nj_tiles_open() && __builtin_cpu_supports("amx-int8");
}

long nj_lines_size(long lines, long inner) {
    return nj_divided_up(lines, left_lines) * nj_divided_up(inner, depth) * left_chunk;
}

// Putting lines in place

/// The factor that makes a line's numbers integers of at most 24 bits, and the product of which with
/// another line's is the value of the products of first digits.
struct scale {
    float factor, value;
};

static struct scale scale_of(uint32_t largest) {
    if (largest >= 0x7f800000) return (struct scale){0, __builtin_nanf("")};
    if (largest == 0) return (struct scale){0, 0};
    // Rounded to 24 bits, larger mantissas would not fit three digits between -128 and 127.
    int exponent = (int)(largest >> 23) - 127 + ((largest & 0x7fffff) > 0x7efefe);
    // Far below, the last digits are given up rather than the factor's range left.
    if (exponent < -100) exponent = -100;
    return (struct scale){__builtin_ldexpf(1, 22 - exponent), __builtin_ldexpf(1, exponent - 6)};
}

NJ_TILES NJ_INLINE struct scale find_scale(long inner, const float *line) {
    __m512i largest = _mm512_setzero_si512();
    for (long k = 0; k < inner; k += 16) {
        __m512 x = _mm512_maskz_loadu_ps(nj_lanes_below(inner - k), line + k);
        __m512i size = _mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(0x7fffffff));
        largest = _mm512_max_epu32(largest, size);
    }
    return scale_of(_mm512_reduce_max_epu32(largest));
}

/// The digits of 16 numbers, the last one lowest; the highest of the four bytes is undefined.
NJ_TILES NJ_INLINE __m512i digits_of(__m512 x, __m512 factor) {
    __m512 scaled = _mm512_mul_ps(x, factor);
    // Not-a-number becomes an integer too, of no meaning: its line's scale tells.
    __m512i offset = _mm512_set1_epi32(0x808080);
    return _mm512_xor_si512(_mm512_add_epi32(_mm512_cvtps_epi32(scaled), offset), offset);
}

/// Even and odd bytes of two vectors, alternating.
NJ_TILES NJ_INLINE __m512i even_bytes(__m512i a, __m512i b) {
    return _mm512_mask_blend_epi8(0xaaaaaaaaaaaaaaaa, a, _mm512_slli_epi32(b, 8));
}
NJ_TILES NJ_INLINE __m512i odd_bytes(__m512i a, __m512i b) {
    return _mm512_mask_blend_epi8(0xaaaaaaaaaaaaaaaa, _mm512_srli_epi32(a, 8), b);
}
NJ_TILES NJ_INLINE __m512i low_halves(__m512i a, __m512i b) {
    return _mm512_mask_blend_epi16(0xaaaaaaaa, a, _mm512_slli_epi32(b, 16));
}
NJ_TILES NJ_INLINE __m512i high_halves(__m512i a, __m512i b) {
    return _mm512_mask_blend_epi16(0xaaaaaaaa, _mm512_srli_epi32(a, 16), b);
}

/// One row of the tiles of the three digits, `apart` bytes from tile to tile.
NJ_TILES NJ_INLINE void put_row(const __m512 x[4], __m512 factor, char *row, long apart) {
    __m512i a = digits_of(x[0], factor), b = digits_of(x[1], factor);
    __m512i c = digits_of(x[2], factor), d = digits_of(x[3], factor);
    __m512i even = even_bytes(a, b), other_even = even_bytes(c, d);
    _mm512_store_si512(row, high_halves(even, other_even));
    _mm512_store_si512(row + apart, low_halves(odd_bytes(a, b), odd_bytes(c, d)));
    _mm512_store_si512(row + 2 * apart, low_halves(even, other_even));
}

/// Up to 16 lines whose numbers lie side by side: a row of each tile for each line.
NJ_TILES NJ_INLINE bool put_rows(long lines, long inner, const float *x, long stride, char *out,
                                 long chunk, long apart, float *scales) {
    bool fits = true;
    for (long line = 0; line < side; line++) {
        const long count = line < lines ? inner : 0;
        const float *numbers = count > 0 ? x + line * stride : x;
        struct scale scale = find_scale(count, numbers);
        fits &= scale.value == scale.value;
        scales[line] = scale.value;
        __m512 factor = _mm512_set1_ps(scale.factor), some[4];
        char *row = out + line * nj_line_bytes;
        for (long k = 0; k < inner; k += depth, row += chunk) {
            for (int part = 0; part < 4; part++)
                some[part] = _mm512_maskz_loadu_ps(nj_lanes_below(count - k - part * side),
                                                   numbers + k + part * side);
            put_row(some, factor, row, apart);
        }
    }
    return fits;
}

/// Up to 16 lines that lie across: a row of each tile for each four numbers.
NJ_TILES NJ_INLINE bool put_columns(long lines, long inner, const float *x, long stride, char *out,
                                    long chunk, long apart, float *scales) {
    const __mmask16 mask = nj_lanes_below(lines);
    __m512i largest = _mm512_setzero_si512();
    for (long k = 0; k < inner; k++) {
        __m512 numbers = _mm512_maskz_loadu_ps(mask, x + k * stride);
        largest = _mm512_max_epu32(largest, _mm512_and_si512(_mm512_castps_si512(numbers),
                                                             _mm512_set1_epi32(0x7fffffff)));
    }
    uint32_t sizes[side];
    float factors[side];
    _mm512_storeu_si512(sizes, largest);
    bool fits = true;
    for (int line = 0; line < side; line++) {
        struct scale scale = scale_of(sizes[line]);
        fits &= scale.value == scale.value;
        factors[line] = scale.factor;
        scales[line] = scale.value;
    }
    const __m512 factor = _mm512_loadu_ps(factors);
    for (long k = 0; k < inner; k += depth, out += chunk)
        for (long row = 0; row < side; row++) {
            __m512 some[4];
            for (int part = 0; part < 4; part++) {
                const long number = k + row + part * side;
                some[part] = number < inner ? _mm512_maskz_loadu_ps(mask, x + number * stride)
                                            : _mm512_setzero_ps();
            }
            put_row(some, factor, out + row * nj_line_bytes, apart);
        }
    return fits;
}

/// Up to 16 lines, whose tiles begin at `out`.
///
/// Left operands want a row for each line, right ones a row for each four numbers; whichever way the
/// numbers lie, turning a tile of the one kind makes one of the other.
NJ_TILES NJ_INLINE bool put_lines(bool is_left, bool is_transposed, long lines, long inner,
                                  const float *x, long stride, char *out, float *scales) {
    const long chunk = is_left ? left_chunk : right_chunk;
    const long apart = is_left ? 2 * tile_bytes : tile_bytes;
    const bool fits = is_transposed ? put_columns(lines, inner, x, stride, out, chunk, apart, scales)
                                    : put_rows(lines, inner, x, stride, out, chunk, apart, scales);
    if (is_left != is_transposed) return fits;
    for (long k = 0; k < inner; k += depth, out += chunk)
        for (int digit = 0; digit < digits; digit++) nj_tile_transpose(out + digit * apart);
    return fits;
}

NJ_TILES bool nj_lines_put_left(bool is_transposed, long lines, long inner, const float *x,
                                long stride, void *out, float *scales) {
    const long panel_bytes = nj_lines_size(left_lines, inner), next = is_transposed ? 1 : stride;
    bool fits = true;
    for (long first = 0; first < nj_divided_up(lines, left_lines) * left_lines; first += side) {
        char *tiles = (char *)out + first / left_lines * panel_bytes +
                      first % left_lines / side * tile_bytes;
        fits &= put_lines(true, is_transposed, lines - first, inner, x + first * next, stride, tiles,
                          scales + first);
    }
    return fits;
}

NJ_TILES bool nj_lines_put_right(bool is_transposed, long lines, long inner, const float *x,
                                 long stride, void *out, float *scales) {
    const long panel_bytes = nj_lines_size(left_lines, inner) / 2, next = is_transposed ? 1 : stride;
    bool fits = true;
    for (long first = 0; first < nj_divided_up(lines, left_lines) * left_lines; first += side)
        fits &= put_lines(false, is_transposed, lines - first, inner, x + first * next, stride,
                          (char *)out + first / side * panel_bytes, scales + first);
    return fits;
}

// Multiplying

/// Sums of the products of digits of 32 left and 16 right lines, not yet turned into floats.
///
/// Turning them is spread over the next such sums, where the vector unit has nothing to do.
struct waiting {
    int32_t sums[2 * digits][side * side] __attribute__((aligned(64)));
    const float *left_scales;
    __m512 right_scales;
    bool adds;
    float *target;
    long stride, rows;
    __mmask16 lanes;
};

/// Turns the sums of one row of both tiles into floats.
NJ_TILES NJ_INLINE void turn_row(const struct waiting *waiting, long row) {
    for (int half = 0; half < 2 && half * side + row < waiting->rows; half++) {
        const int32_t(*sums)[side * side] = waiting->sums + half * digits;
        __m512 sum = _mm512_cvtepi32_ps(_mm512_load_si512(sums[0] + row * side));
        __m512 next = _mm512_cvtepi32_ps(_mm512_load_si512(sums[1] + row * side));
        __m512 last = _mm512_cvtepi32_ps(_mm512_load_si512(sums[2] + row * side));
        sum = _mm512_fmadd_ps(next, _mm512_set1_ps(1.0f / 256), sum);
        sum = _mm512_fmadd_ps(last, _mm512_set1_ps(1.0f / 65536), sum);
        sum = _mm512_mul_ps(sum, _mm512_set1_ps(waiting->left_scales[half * side + row]));
        float *target = waiting->target + (half * side + row) * waiting->stride;
        __m512 before = _mm512_maskz_loadu_ps(waiting->adds ? waiting->lanes : 0, target);
        _mm512_mask_storeu_ps(target, waiting->lanes,
                              _mm512_fmadd_ps(sum, waiting->right_scales, before));
    }
}

// Tiles 0 to 2 are the sums of the first 16 left lines by the weight of the digits, 3 to 5 those of
// the others; 6 holds a digit of the left lines, 7 one of the right lines.
#define LEFT(digit, half) _tile_loadd(6, left + (digit) * 2 * tile_bytes + (half) * tile_bytes, 64)
#define RIGHT(digit) _tile_loadd(7, right + (digit) * tile_bytes, 64)
#define ADD(sum) _tile_dpbssd(sum, 6, 7)

/// The products of the digits of one chunk, in the order that loads fewest tiles.
NJ_TILES NJ_INLINE void add_chunk(const char *left, const char *right) {
    RIGHT(0);
    LEFT(2, 0); ADD(2);
    LEFT(2, 1); ADD(5);
    LEFT(0, 1); ADD(3);
    LEFT(0, 0); ADD(0);
    LEFT(1, 0); ADD(1);
    LEFT(1, 1); ADD(4);
    RIGHT(1); ADD(5);
    LEFT(0, 1); ADD(4);
    LEFT(1, 0); ADD(2);
    LEFT(0, 0); ADD(1);
    RIGHT(2); ADD(2);
    LEFT(0, 1); ADD(5);
}

/// What will be needed soon: with each chunk, some cache lines of it are fetched.
struct ahead {
    const char *bytes;
    long lines;
};

/// Sums up the products of some chunks, and turns those that were waiting meanwhile.
NJ_TILES NJ_INLINE void add_chunks(long chunks, const char *left, const char *right,
                                   const struct ahead *ahead, const struct waiting *before,
                                   struct waiting *after) {
    const char *soon = ahead->bytes;
    const float *target = after->target;
    const long rows_a_chunk = nj_divided_up(side, chunks);
    long row = 0;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    for (; chunks > 0; chunks--, left += left_chunk, right += right_chunk) {
        add_chunk(left, right);
        for (long line = 0; line < ahead->lines; line++, soon += nj_line_bytes)
            _mm_prefetch(soon, _MM_HINT_T1);
        for (long end = row + rows_a_chunk; row < side && row < end; row++) {
            if (before) turn_row(before, row);
            _mm_prefetch(target + row * after->stride, _MM_HINT_T0);
            _mm_prefetch(target + (side + row) * after->stride, _MM_HINT_T0);
        }
    }
    _tile_stored(0, after->sums[0], nj_line_bytes);
    _tile_stored(1, after->sums[1], nj_line_bytes);
    _tile_stored(2, after->sums[2], nj_line_bytes);
    _tile_stored(3, after->sums[3], nj_line_bytes);
    _tile_stored(4, after->sums[4], nj_line_bytes);
    _tile_stored(5, after->sums[5], nj_line_bytes);
}

NJ_TILES void nj_lines_multiply(struct nj_line_operand left, struct nj_line_operand right,
                                long inner, bool adds, float *c, long row_stride,
                                long column_stride) {
    struct waiting waiting[2], *before = 0;
    const long chunks = nj_divided_up(inner, depth), rows = left.lines, columns = right.lines;
    const long left_panel = nj_divided_up(left.inner, depth) * left_chunk;
    const long right_panel = nj_divided_up(right.inner, depth) * right_chunk;
    int turn = 0;
    nj_tiles_shape();
    for (long chunk = 0; chunk < chunks; chunk += pass_chunks) {
        const long some = chunk + pass_chunks < chunks ? pass_chunks : chunks - chunk;
        const long block = block_bytes / (some * left_chunk) * left_lines;
        for (long top = 0; top < rows; top += block) {
            const long bottom = top + block < rows ? top + block : rows;
            const long panels = nj_divided_up(bottom - top, left_lines);
            for (long column = 0; column < columns; column += side) {
                const char *others = (const char *)right.digits + column / side * right_panel +
                                     (right.first / depth + chunk) * right_chunk;
                // While the left lines pass by some right ones, the next of these are fetched.
                struct ahead ahead = {
                    others + right_panel,
                    column + side < columns ? nj_divided_up(right_chunk / nj_line_bytes, panels) : 0,
                };
                for (long row = top; row < bottom; row += left_lines) {
                    struct waiting *after = &waiting[turn];
                    after->left_scales = left.scales + row;
                    after->right_scales = _mm512_loadu_ps(right.scales + column);
                    after->adds = adds || chunk > 0;
                    after->target = c + row * row_stride + column / side * column_stride;
                    after->stride = row_stride;
                    after->rows = rows - row;
                    after->lanes = nj_lanes_below(columns - column);
                    add_chunks(some,
                               (const char *)left.digits + row / left_lines * left_panel +
                                   (left.first / depth + chunk) * left_chunk,
                               others, &ahead, before, after);
                    ahead.bytes += some * ahead.lines * nj_line_bytes;
                    before = after;
                    turn ^= 1;
                }
            }
        }
    }
    for (long row = 0; row < side && before; row++) turn_row(before, row);
    _tile_release();
}

long nj_lines_sums(long rows, long columns) {
    return rows * nj_divided_up(columns, side) * side;
}

NJ_TILES void nj_lines_read(long rows, long columns, const float *sums, float *c, long stride) {
    for (long row = 0; row < rows; row++)
        for (long column = 0; column < columns; column += side) {
            const __mmask16 lanes = nj_lanes_below(columns - column);
            const float *line = sums + column * rows + row * side;
            float *target = c + row * stride + column;
            _mm512_mask_storeu_ps(target, lanes,
                                  _mm512_add_ps(_mm512_maskz_loadu_ps(lanes, line),
                                                _mm512_maskz_loadu_ps(lanes, target)));
        }
}

#else

bool nj_lines_open(void) { return false; }
long nj_lines_size(long lines, long inner) { return 0; }
bool nj_lines_put_left(bool is_transposed, long lines, long inner, const float *x, long stride,
                       void *out, float *scales) {
    return false;
}
bool nj_lines_put_right(bool is_transposed, long lines, long inner, const float *x, long stride,
                        void *out, float *scales) {
    return false;
}
void nj_lines_multiply(struct nj_line_operand left, struct nj_line_operand right, long inner,
                       bool adds, float *c, long row_stride, long column_stride) {}
long nj_lines_sums(long rows, long columns) { return 0; }
void nj_lines_read(long rows, long columns, const float *sums, float *c, long stride) {}

#endif
