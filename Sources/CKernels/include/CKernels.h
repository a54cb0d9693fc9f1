// Loops over floats that the compiler vectorises, one version for each CPU level.

#ifndef NIGHTJAR_KERNELS_H
#define NIGHTJAR_KERNELS_H

#include "activations.h"
#include "arithmetic.h"
#include "attention.h"
#include "axes.h"
#include "candidates.h"
#include "dropout.h"
#include "elementwise.h"
#include "line_products.h"
#include "mapped.h"
#include "mixture.h"
#include "normalization.h"
#include "optimisers.h"
#include "ordering.h"
#include "recurrent.h"
#include "reductions.h"
#include "rows.h"
#include "sketch.h"
#include "softmax.h"
#include "tiles.h"
#include "transport.h"

#endif
