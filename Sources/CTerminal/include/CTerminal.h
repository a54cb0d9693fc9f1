// The terminal's raw mode, which must end on every way out of the process: signal handlers, so C.

#ifndef NIGHTJAR_TERMINAL_H
#define NIGHTJAR_TERMINAL_H

#include <stdbool.h>

/// Switches the terminal to keys as they are pressed, and turns bracketed paste on.
///
/// Until `nj_terminal_leave`, changes of the window and being woken after a stop make
/// `nj_terminal_wait` return. False if `input` is no terminal. One terminal at a time.
bool nj_terminal_enter(int input, int output);

/// Puts the terminal back as it was; also done when the process exits or dies of a signal.
void nj_terminal_leave(void);

/// How many of the bytes to read next were typed before raw mode was entered; they count once.
int nj_terminal_typed_ahead(void);

/// What a wait ended with.
enum {
    NJ_TERMINAL_INPUT,    ///< there is something to read, or the terminal is gone
    NJ_TERMINAL_TIMEOUT,  ///< nothing happened
    NJ_TERMINAL_RESIZED,  ///< the window changed
    NJ_TERMINAL_WOKEN,    ///< the process went on after a stop; raw mode is on again
    NJ_TERMINAL_SIGNAL,   ///< another signal came
};

/// Waits for input, at most `milliseconds` (below 0: for ever).
int nj_terminal_wait(int milliseconds);

#endif
