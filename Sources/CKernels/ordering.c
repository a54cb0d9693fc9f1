#include "ordering.h"

#include <math.h>
#include <string.h>

#include "clones.h"

/// A number whose unsigned order is the order wanted of x.
NJ_INLINE uint32_t sort_key(float x, int is_descending) {
    if (x != x) return UINT32_MAX;
    float value = x + 0.0f;  // both zeros are one value
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t ascending = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return is_descending ? ~ascending : ascending;
}

void nj_argsort(long count, const float *x, int is_descending, int32_t *positions,
                uint32_t *scratch, int (*must_stop)(void)) {
    uint32_t *keys = scratch, *other_keys = scratch + count;
    int32_t *order = positions, *other_order = (int32_t *)(scratch + 2 * count);
    for (long i = 0; i < count; i++) {
        keys[i] = sort_key(x[i], is_descending);
        order[i] = (int32_t)i;
    }
    // Four stable passes over a byte each; an even number of them ends where it began.
    for (int shift = 0; shift < 32 && !must_stop(); shift += 8) {
        long starts[257] = {0};
        for (long i = 0; i < count; i++) starts[((keys[i] >> shift) & 255) + 1]++;
        for (int byte = 0; byte < 256; byte++) starts[byte + 1] += starts[byte];
        for (long i = 0; i < count; i++) {
            long place = starts[(keys[i] >> shift) & 255]++;
            other_keys[place] = keys[i];
            other_order[place] = order[i];
        }
        uint32_t *swapped_keys = keys;
        keys = other_keys;
        other_keys = swapped_keys;
        int32_t *swapped_order = order;
        order = other_order;
        other_order = swapped_order;
    }
}

enum { ELEMENTS_BETWEEN_CHECKS = 1 << 16 };

void nj_top_k(long count, long k, const float *x, int32_t *positions, uint32_t *scratch,
              int (*must_stop)(void)) {
    uint32_t *keys = scratch;
    long found = 0;
    float bar = NAN;  // the smallest of the k largest so far; not-a-number lets everything pass
    for (long i = 0; i < count; i++) {
        if (i % ELEMENTS_BETWEEN_CHECKS == 0 && must_stop()) return;
        if (x[i] <= bar) continue;
        uint32_t key = sort_key(x[i], 1);
        if (found == k && key >= keys[k - 1]) continue;
        // The first place whose key is larger: equal keys stay in their order.
        long low = 0, high = found;
        while (low < high) {
            long middle = (low + high) / 2;
            if (keys[middle] <= key)
                low = middle + 1;
            else
                high = middle;
        }
        if (found < k) found++;
        size_t moved = (size_t)(found - 1 - low);
        memmove(keys + low + 1, keys + low, moved * sizeof *keys);
        memmove(positions + low + 1, positions + low, moved * sizeof *positions);
        keys[low] = key;
        positions[low] = (int32_t)i;
        if (found == k) bar = x[positions[k - 1]];
    }
}
