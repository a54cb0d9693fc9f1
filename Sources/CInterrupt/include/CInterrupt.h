// One flag for the process: has the user asked to stop? Set from the SIGINT handler, so it is C.

#ifndef NIGHTJAR_INTERRUPT_H
#define NIGHTJAR_INTERRUPT_H

/// Sets the flag, as Ctrl-C does. Safe in a signal handler and from any thread.
void nj_interrupt_request(void);

/// Clears the flag; called before each chunk of user code starts.
void nj_interrupt_clear(void);

/// How often the user asked since the flag was last cleared; 0 when nobody did.
int nj_interrupt_count(void);

/// Handles SIGINT by setting the flag and then calling `hook`, which may be NULL and must be
/// async-signal-safe. The Lua host passes a hook that stops the running Lua code.
void nj_interrupt_install(void (*hook)(int count));

/// Handles a signal, also where a read waits, which then returns; it is unblocked in the calling
/// thread.
void nj_handle_signal(int signal_number, void (*handler)(int));

/// Lets the system kill this process when `parent`, the process that started it, ends.
void nj_die_with_parent(int parent);

#endif
