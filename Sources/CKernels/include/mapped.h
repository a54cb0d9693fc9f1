// Reads from mapped files.

#ifndef NIGHTJAR_KERNELS_MAPPED_H
#define NIGHTJAR_KERNELS_MAPPED_H

#include <stdint.h>

// Each gives 0, or -1 where the file no longer has the bytes, or the disk does not give them. A plain
// read of a mapping whose file was cut short ends the process with SIGBUS.

/// target[i] = source[i], bytes.
int nj_mapped_copy(long count, const void *source, void *target);
/// target[i] = source[i], of bfloat16.
int nj_mapped_widen_bfloat16(long count, const uint16_t *source, float *target);

#endif
