// Compiles a function once for each CPU level and picks the best one when the program starts.

#ifndef NIGHTJAR_CLONES_H
#define NIGHTJAR_CLONES_H

#if defined(__x86_64__) && defined(__linux__)
#define NJ_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NJ_CLONES
#endif

#define NJ_INLINE static inline __attribute__((always_inline))

#endif
