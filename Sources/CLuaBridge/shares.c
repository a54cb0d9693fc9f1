// Memory that several objects share, such as a tensor and its rows, counted once.

#include "bridge.h"

#include <stdint.h>
#include <stdlib.h>

/// An open hash table of what is shared, by address; NULL marks a free place.
struct nj_shares {
    size_t capacity, count;
    struct {
        const void *owner;
        size_t holders;
    } places[];
};

/// Where `owner` stands, or the free place where it belongs.
static size_t place_of(const struct nj_shares *shares, const void *owner) {
    size_t mask = shares->capacity - 1;
    size_t place = (size_t)((uintptr_t)owner * 0x9E3779B97F4A7C15u >> 20) & mask;
    while (shares->places[place].owner != NULL && shares->places[place].owner != owner)
        place = (place + 1) & mask;
    return place;
}

/// A table twice as large with the same contents, or NULL.
static struct nj_shares *grown(struct nj_shares *old) {
    size_t capacity = old == NULL ? 64 : 2 * old->capacity;
    struct nj_shares *shares = calloc(1, sizeof *shares + capacity * sizeof shares->places[0]);
    if (shares == NULL) return NULL;
    shares->capacity = capacity;
    for (size_t i = 0; old != NULL && i < old->capacity; i++) {
        if (old->places[i].owner == NULL) continue;
        shares->places[place_of(shares, old->places[i].owner)] = old->places[i];
        shares->count++;
    }
    free(old);
    return shares;
}

bool nj_join_share(nj_host *host, const void *owner) {
    if (host->shares == NULL || 2 * host->shares->count >= host->shares->capacity) {
        struct nj_shares *shares = grown(host->shares);
        if (shares == NULL) nj_out_of_memory(sizeof *shares);
        host->shares = shares;
    }
    struct nj_shares *shares = host->shares;
    size_t place = place_of(shares, owner);
    bool is_first = shares->places[place].owner == NULL;
    if (is_first) shares->count++;
    shares->places[place].owner = owner;
    shares->places[place].holders++;
    return is_first;
}

bool nj_leave_share(nj_host *host, const void *owner) {
    struct nj_shares *shares = host->shares;
    size_t mask = shares->capacity - 1, hole = place_of(shares, owner);
    if (--shares->places[hole].holders > 0) return false;
    shares->places[hole].owner = NULL;
    shares->count--;
    // Those that stand behind, up to the next free place, may have been pushed on by this one.
    for (size_t next = (hole + 1) & mask; shares->places[next].owner != NULL;
         next = (next + 1) & mask) {
        size_t holders = shares->places[next].holders;
        const void *moved = shares->places[next].owner;
        shares->places[next].owner = NULL;
        shares->places[next].holders = 0;
        size_t place = place_of(shares, moved);
        shares->places[place].owner = moved;
        shares->places[place].holders = holders;
    }
    return true;
}
