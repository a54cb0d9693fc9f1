// os.execute for a prompt: Ctrl-C and the time limit reach the command, and then its script.

#include "bridge.h"

#include <CInterrupt.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/// Whether the command ended by Ctrl-C. A shell that waited for such a command exits with 128 and the
/// number of the signal.
static bool was_interrupted(int status) {
    return WIFSIGNALED(status) ? WTERMSIG(status) == SIGINT
                               : WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGINT;
}

/// Whether this process has a terminal, whose keys signal only the processes in its foreground.
static bool has_terminal(void) {
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) close(terminal);
    return terminal >= 0;
}

/// Starts a shell with the command; gives its process, or 0 with errno.
///
/// Without a terminal the shell leads a group of its own, so that all it starts can be ended.
static pid_t start(const char *command, bool leads_group, const sigset_t *defaults,
                   const sigset_t *mask) {
    char *const words[] = {"sh", "-c", (char *)command, NULL};
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, defaults);
    posix_spawnattr_setsigmask(&attributes, mask);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    posix_spawnattr_setflags(&attributes, leads_group ? flags | POSIX_SPAWN_SETPGROUP : flags);
    pid_t process = 0;
    int error = posix_spawn(&process, "/bin/sh", NULL, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    errno = error;
    return error == 0 ? process : 0;
}

/// Waits for the process to end and gives its status, or -1 with errno. When the time of the script is
/// over the process is asked to end, and a second later made to.
static int wait_for(pid_t process, bool leads_group, const nj_host *host) {
    pid_t target = leads_group ? -process : process;
    int status, signal_number = SIGTERM;
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) return -1;
        if (!host->time_is_over) continue;
        // The clock interrupts the wait once a second from now on.
        kill(target, signal_number);
        signal_number = SIGKILL;
    }
    errno = 0;
    return status;
}

/// Runs the command as the C library's system does: meanwhile Ctrl-C, which may mean something else to
/// the command, is ignored here.
static int run(const char *command, const nj_host *host) {
    struct sigaction ignored = {.sa_handler = SIG_IGN}, interrupt, quit;
    sigset_t child_ended, mask, defaults;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigemptyset(&defaults);
    sigaction(SIGINT, &ignored, &interrupt);
    sigaction(SIGQUIT, &ignored, &quit);
    pthread_sigmask(SIG_BLOCK, &child_ended, &mask);
    if (interrupt.sa_handler != SIG_IGN) sigaddset(&defaults, SIGINT);
    if (quit.sa_handler != SIG_IGN) sigaddset(&defaults, SIGQUIT);
    bool leads_group = !has_terminal();
    pid_t process = start(command, leads_group, &defaults, &mask);
    int status = process == 0 ? -1 : wait_for(process, leads_group, host);
    int error = errno;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    errno = error;
    return status;
}

static int execute(lua_State *L) {
    const char *command = luaL_optstring(L, 1, NULL);
    if (command == NULL) {
        lua_pushboolean(L, access("/bin/sh", X_OK) == 0);
        return 1;
    }
    int status = run(command, nj_host_of(L));
    int error = errno;
    // The command's end tells whether the user wanted to stop.
    if (status != -1 && was_interrupted(status)) nj_interrupt_request();
    nj_check_interrupt(L);
    errno = error;
    return luaL_execresult(L, status);
}

void nj_install_shell(lua_State *L) {
    lua_getglobal(L, LUA_OSLIBNAME);
    nj_set_function(L, "execute", execute);
    lua_pop(L, 1);
}
