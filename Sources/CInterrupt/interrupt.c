#include "CInterrupt.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int requests;
static void (*_Atomic installed_hook)(int);

void nj_interrupt_request(void) { atomic_fetch_add(&requests, 1); }

void nj_interrupt_clear(void) { atomic_store(&requests, 0); }

int nj_interrupt_count(void) { return atomic_load_explicit(&requests, memory_order_relaxed); }

static void handle(int signal_number) {
    (void)signal_number;
    int count = atomic_fetch_add(&requests, 1) + 1;
    void (*hook)(int) = atomic_load(&installed_hook);
    if (hook != NULL) hook(count);
}

void nj_interrupt_install(void (*hook)(int)) {
    atomic_store(&installed_hook, hook);
    nj_handle_signal(SIGINT, handle);
}

void nj_handle_signal(int signal_number, void (*handler)(int)) {
    struct sigaction action = {0};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a read that waits for the user must return, so that the prompt can react.
    sigaction(signal_number, &action, NULL);
    // Whoever started this process may have left the signal blocked.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
