// Random words by their place: the counter-based generator Philox 4×32-10.

#ifndef NIGHTJAR_PHILOX_H
#define NIGHTJAR_PHILOX_H

#include <stdint.h>

#include "clones.h"

/// Blocks that are computed side by side, so that the rounds vectorise.
enum { nj_philox_lanes = 16, nj_philox_words = 4 * nj_philox_lanes };

/// Random words under a key: `words[i][l]` is word i of the block at counter (first + l, site, part).
///
/// Source: J. Salmon, M. Moraes, R. Dror and D. Shaw, Parallel random numbers: as easy as 1, 2, 3,
/// SC 2011.
NJ_INLINE void nj_philox(uint64_t key, uint32_t first, uint32_t site, uint32_t part,
                         uint32_t words[4][nj_philox_lanes]) {
    uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
    for (int l = 0; l < nj_philox_lanes; l++) {
        words[0][l] = first + (uint32_t)l;
        words[1][l] = site;
        words[2][l] = part;
        words[3][l] = 0;
    }
    for (int round = 0; round < 10; round++) {
        for (int l = 0; l < nj_philox_lanes; l++) {
            uint64_t a = (uint64_t)words[0][l] * 0xD2511F53u;
            uint64_t b = (uint64_t)words[2][l] * 0xCD9E8D57u;
            uint32_t second = words[1][l], fourth = words[3][l];
            words[0][l] = (uint32_t)(b >> 32) ^ second ^ low;
            words[1][l] = (uint32_t)b;
            words[2][l] = (uint32_t)(a >> 32) ^ fourth ^ high;
            words[3][l] = (uint32_t)a;
        }
        low += 0x9E3779B9u;
        high += 0xBB67AE85u;
    }
}

#endif
