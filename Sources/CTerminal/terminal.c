#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";

/// Signals that end the process: those sent to it, and those of its own faults.
static const int deadly[] = {SIGHUP,  SIGTERM, SIGQUIT, SIGABRT, SIGSEGV,
                             SIGBUS,  SIGILL,  SIGFPE,  SIGTRAP};
enum { DEADLY = sizeof deadly / sizeof *deadly };

static struct {
    volatile sig_atomic_t is_raw;
    int input, output, typed_ahead;
    struct termios cooked, raw;
    struct sigaction before[DEADLY], before_resize, before_wake;
    volatile sig_atomic_t resized, woken;
    /// A byte in this pipe ends a wait, also when the signal comes just before it.
    int pipe[2];
} terminal = {.pipe = {-1, -1}};

/// Safe in signal handlers, as are all calls here.
static void put(const char *text, size_t count) {
    while (count > 0) {
        ssize_t written = write(terminal.output, text, count);
        if (written < 0 && errno != EINTR) return;
        if (written > 0) {
            text += written;
            count -= (size_t)written;
        }
    }
}

static void restore(void) {
    if (!terminal.is_raw) return;
    terminal.is_raw = 0;
    put(paste_off, sizeof paste_off - 1);
    tcsetattr(terminal.input, TCSADRAIN, &terminal.cooked);
}

static void die(int signal_number) {
    int saved_errno = errno;
    restore();
    for (int index = 0; index < DEADLY; index++) {
        if (deadly[index] == signal_number) sigaction(signal_number, &terminal.before[index], NULL);
    }
    // A fault happens again on return; any other signal is sent again for whoever handled it before.
    raise(signal_number);
    errno = saved_errno;
}

static void note(int signal_number) {
    int saved_errno = errno;
    if (signal_number == SIGWINCH) {
        terminal.resized = 1;
    } else if (terminal.is_raw) {
        tcsetattr(terminal.input, TCSADRAIN, &terminal.raw);
        put(paste_on, sizeof paste_on - 1);
        terminal.woken = 1;
    }
    char byte = 0;
    (void)!write(terminal.pipe[1], &byte, 1);
    errno = saved_errno;
}

static void handle(int signal_number, void (*handler)(int), struct sigaction *before) {
    struct sigaction action = {0};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, before);
}

bool nj_terminal_enter(int input, int output) {
    if (terminal.is_raw) return true;
    if (tcgetattr(input, &terminal.cooked) != 0) return false;
    if (terminal.pipe[0] < 0) {
        if (pipe2(terminal.pipe, O_CLOEXEC | O_NONBLOCK) != 0) return false;
        atexit(restore);
    }
    terminal.input = input;
    terminal.output = output;
    terminal.raw = terminal.cooked;
    // Not VINTR, VSUSP and the like: all keys come as bytes.
    terminal.raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    terminal.raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | BRKINT | ISTRIP);
    terminal.raw.c_oflag &= ~(tcflag_t)OPOST;
    terminal.raw.c_cc[VMIN] = 1;
    terminal.raw.c_cc[VTIME] = 0;
    terminal.resized = 0;
    terminal.woken = 0;
    terminal.is_raw = 1;
    for (int index = 0; index < DEADLY; index++) {
        handle(deadly[index], die, &terminal.before[index]);
    }
    handle(SIGWINCH, note, &terminal.before_resize);
    handle(SIGCONT, note, &terminal.before_wake);
    if (tcsetattr(input, TCSADRAIN, &terminal.raw) != 0) {
        nj_terminal_leave();
        return false;
    }
    if (ioctl(input, FIONREAD, &terminal.typed_ahead) != 0) terminal.typed_ahead = 0;
    put(paste_on, sizeof paste_on - 1);
    return true;
}

int nj_terminal_typed_ahead(void) {
    int count = terminal.typed_ahead;
    terminal.typed_ahead = 0;
    return count;
}

void nj_terminal_leave(void) {
    if (!terminal.is_raw) return;
    restore();
    for (int index = 0; index < DEADLY; index++) {
        sigaction(deadly[index], &terminal.before[index], NULL);
    }
    sigaction(SIGWINCH, &terminal.before_resize, NULL);
    sigaction(SIGCONT, &terminal.before_wake, NULL);
}

int nj_terminal_wait(int milliseconds) {
    struct pollfd waits[] = {
        {.fd = terminal.input, .events = POLLIN}, {.fd = terminal.pipe[0], .events = POLLIN}};
    int ready = poll(waits, 2, milliseconds);
    if (ready > 0 && waits[1].revents != 0) {
        char bytes[64];
        while (read(terminal.pipe[0], bytes, sizeof bytes) > 0) continue;
    }
    if (terminal.woken) {
        terminal.woken = 0;
        return NJ_TERMINAL_WOKEN;
    }
    if (terminal.resized) {
        terminal.resized = 0;
        return NJ_TERMINAL_RESIZED;
    }
    if (ready < 0) return errno == EINTR ? NJ_TERMINAL_SIGNAL : NJ_TERMINAL_INPUT;
    if (ready == 0) return NJ_TERMINAL_TIMEOUT;
    return waits[0].revents != 0 ? NJ_TERMINAL_INPUT : NJ_TERMINAL_SIGNAL;
}
