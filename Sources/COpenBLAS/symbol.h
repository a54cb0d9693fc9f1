// What the files of this target share.

#ifndef NIGHTJAR_SYMBOL_H
#define NIGHTJAR_SYMBOL_H

/// The address of a function of OpenBLAS; opens the library if nobody has. Null when there is none.
void *nj_blas_symbol(const char *name);

#endif
