// The signals and clocks that stop scripts, and which thread runs which state.

#include "bridge.h"

#include <CInterrupt.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// MARK: Which threads run Lua

/// The hosts that run now. A hook may be set only by the thread that runs the state, as it walks
/// the state's frames, so a handler in another thread passes the signal on as SIGURG, which nothing
/// else in this process uses.
static struct {
    atomic_bool taken;
    pthread_t thread;
    _Atomic(nj_host *) host;
} runs[64];

enum { RUNS = sizeof runs / sizeof *runs };

int nj_enter(nj_host *host) {
    for (int slot = 0; slot < RUNS; slot++) {
        if (atomic_exchange(&runs[slot].taken, true)) continue;
        runs[slot].thread = pthread_self();
        atomic_store(&runs[slot].host, host);
        return slot;
    }
    return -1;  // so many states at once are stopped by polling only
}

void nj_leave(int slot) {
    if (slot < 0) return;
    atomic_store(&runs[slot].host, NULL);
    atomic_store(&runs[slot].taken, false);
}

bool nj_is_own_thread(const nj_host *host) {
    if (host->running == NULL) return true;
    for (int slot = 0; slot < RUNS; slot++) {
        if (atomic_load(&runs[slot].host) == host)
            return pthread_equal(runs[slot].thread, pthread_self());
    }
    return true;
}

static void arm_running(nj_host *host) {
    lua_State *running = host->running;
    if (running != NULL) nj_arm(running);
}

// MARK: Ctrl-C

static void say(const char *text) {
    // Nothing can be done where standard error takes nothing.
    if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

/// How many presses, of `count`, no running script has answered, and what the longest one waits for.
/// Where no hook runs the last answer does not count: it has not ended what it should.
static int unanswered(int count, const char **name) {
    int most = -1;
    for (int slot = 0; slot < RUNS; slot++) {
        nj_host *host = atomic_load(&runs[slot].host);
        if (host == NULL || count - host->served + host->is_deaf <= most) continue;
        most = count - host->served + host->is_deaf;
        *name = host->native_name;
    }
    return most < 0 ? count : most;
}

/// Explains a second press that finds the first not answered, and ends the process at the third.
static void escalate(int count) {
    static volatile int stage;
    static struct timespec last;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double pause = (double)(now.tv_sec - last.tv_sec) + 1e-9 * (double)(now.tv_nsec - last.tv_nsec);
    const char *name = NULL;
    if (unanswered(count, &name) <= 1) {
        stage = 0;
    } else if (pause >= 0.2) {
        stage++;
        if (stage == 1) {
            say("\nnightjar: waiting for ");
            say(name != NULL ? name : "a function of Lua's libraries");
            say(" to stop; Ctrl-C once more ends nightjar\n");
        } else {
            say("\nnightjar: ended by Ctrl-C; what ran may have left temporary files\n");
            _exit(128 + SIGINT);
        }
    }
    last = now;
}

void nj_stop_running(int count) {
    int saved_errno = errno;
    if (count > 0) escalate(count);
    for (int slot = 0; slot < RUNS; slot++) {
        nj_host *host = atomic_load(&runs[slot].host);
        if (host == NULL) continue;
        if (pthread_equal(runs[slot].thread, pthread_self())) arm_running(host);
        else pthread_kill(runs[slot].thread, SIGURG);
    }
    errno = saved_errno;
}

static void handle_forwarded(int signal_number) {
    (void)signal_number;
    int saved_errno = errno;
    for (int slot = 0; slot < RUNS; slot++) {
        nj_host *host = atomic_load(&runs[slot].host);
        if (host != NULL && pthread_equal(runs[slot].thread, pthread_self())) arm_running(host);
    }
    errno = saved_errno;
}

void nj_handle_interrupts(void) {
    nj_handle_signal(SIGURG, handle_forwarded);
    nj_interrupt_install(nj_stop_running);
}

// MARK: The time limit

/// Held while the thread of a clock looks for its host, and while a host takes its clock away.
static pthread_mutex_t clock_mutex = PTHREAD_MUTEX_INITIALIZER;

/// Runs on a thread of the C library when time is over, and every second from then on, as a script
/// may go on in its close handlers.
static void time_over(union sigval deadline) {
    pthread_mutex_lock(&clock_mutex);
    for (int slot = 0; slot < RUNS; slot++) {
        nj_host *host = atomic_load(&runs[slot].host);
        if (host == NULL || host->deadline != deadline.sival_int) continue;
        host->time_is_over = true;
        nj_interrupt_request();
        pthread_kill(runs[slot].thread, SIGURG);
    }
    pthread_mutex_unlock(&clock_mutex);
}

void nj_start_clock(nj_host *host) {
    static atomic_int last_deadline;
    host->deadline = 0;
    if (host->time_limit <= 0) return;
    int deadline = atomic_fetch_add(&last_deadline, 1) + 1;
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = time_over;
    event.sigev_value.sival_int = deadline;
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return;
    struct itimerspec times = {{1, 0}, {0, 0}};
    double seconds = host->time_limit < 1e9 ? host->time_limit : 1e9;
    times.it_value.tv_sec = (time_t)seconds;
    times.it_value.tv_nsec = (long)(1e9 * (seconds - (double)(time_t)seconds)) + 1;
    if (times.it_value.tv_nsec > 999999999) times.it_value.tv_nsec = 999999999;
    host->clock = timer;
    host->deadline = deadline;
    timer_settime(timer, 0, &times, NULL);
}

void nj_stop_clock(nj_host *host) {
    if (host->deadline == 0) return;
    timer_delete(host->clock);
    pthread_mutex_lock(&clock_mutex);
    host->deadline = 0;
    pthread_mutex_unlock(&clock_mutex);
}
