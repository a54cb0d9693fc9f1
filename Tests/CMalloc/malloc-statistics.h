// What the C library tells of its heap; Swift's own module of it leaves this out.
#include <malloc.h>
