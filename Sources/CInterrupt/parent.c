#include "CInterrupt.h"

#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

void nj_die_with_parent(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may have ended before.
    if (getppid() != parent) raise(SIGKILL);
}
#else
void nj_die_with_parent(int parent) { (void)parent; }
#endif
