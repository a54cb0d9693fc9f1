#include "mapped.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "elementwise.h"

// Where this thread goes on when the read that it is in fails. The jump stays inside of `guarded` and
// the C function that it calls.
static _Thread_local sigjmp_buf *volatile way_out;
static struct sigaction previous;

static void on_bus_error(int number, siginfo_t *info, void *context) {
    sigjmp_buf *target = way_out;
    // Below 1 are signals that a process sent.
    if (target != NULL && info->si_code > 0) siglongjmp(*target, 1);
    // Not ours: whoever handled it before gets it.
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(number);
    } else {
        sigaction(number, &previous, NULL);
        raise(number);
    }
}

static void install(void) {
    struct sigaction action = {0};
    action.sa_sigaction = on_bus_error;
    // Without SA_NODEFER the signal would stay blocked after the jump, which restores no mask.
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous);
}

typedef void (*reader)(long count, const void *source, void *target);

static int guarded(reader read, long count, const void *source, void *target) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    sigjmp_buf here;
    if (sigsetjmp(here, 0) != 0) {
        way_out = NULL;
        return -1;
    }
    // The fences keep the compiler from moving reads to where no way out is known.
    way_out = &here;
    atomic_signal_fence(memory_order_seq_cst);
    read(count, source, target);
    atomic_signal_fence(memory_order_seq_cst);
    way_out = NULL;
    return 0;
}

static void copy(long count, const void *source, void *target) {
    memcpy(target, source, (size_t)count);
}

static void widen(long count, const void *source, void *target) {
    nj_widen_bfloat16(count, source, target);
}

int nj_mapped_copy(long count, const void *source, void *target) {
    return guarded(copy, count, source, target);
}

int nj_mapped_widen_bfloat16(long count, const uint16_t *source, float *target) {
    return guarded(widen, count, source, target);
}
