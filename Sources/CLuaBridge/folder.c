// Files below one folder: io, os.remove and the like for code that may reach nothing else.
//
// A path is walked part by part from the open folder, following no symbolic link, so that neither
// `..` nor a link nor a rename in between leads out of it.

#define _GNU_SOURCE  // O_PATH

#include "bridge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// MARK: Walking

/// Whether a part of the path leads up, be what is before it there or not.
static bool leads_up(const char *path) {
    while (*(path += strspn(path, "/")) != '\0') {
        size_t length = strcspn(path, "/");
        if (length == 2 && path[0] == '.' && path[1] == '.') return true;
        path += length;
    }
    return false;
}

/// The part of a path below the folder, or NULL if it leads elsewhere.
static const char *below(const nj_host *host, const char *path) {
    if (leads_up(path)) return NULL;
    if (path[0] != '/') return path;
    size_t length = strlen(host->folder_path);
    if (strncmp(path, host->folder_path, length) != 0) return NULL;
    return path[length] == '/' || path[length] == '\0' ? path + length : NULL;
}

/// Opens the folder `name` in `parent`, which is closed; -1 with errno.
static int descend(int parent, const char *name) {
    int next = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = errno;
    struct stat status;
    // The system tells a link apart from other things that are no folder only so.
    if (next < 0 && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(status.st_mode))
        error = ELOOP;
    close(parent);
    errno = error;
    return next;
}

/// The folder in which the last part of `path` stands, opened, and that part in `name`; -1 with
/// errno, which is EXDEV for a path that leads out, and ELOOP at a symbolic link.
static int open_parent(const nj_host *host, const char *path, char name[static NAME_MAX + 1]) {
    path = below(host, path);
    if (path == NULL) {
        errno = EXDEV;
        return -1;
    }
    int parent = fcntl(host->folder, F_DUPFD_CLOEXEC, 0);
    strcpy(name, ".");
    while (parent >= 0) {
        path += strspn(path, "/");
        size_t length = strcspn(path, "/");
        if (length == 0) return parent;
        if (length > NAME_MAX) {
            close(parent);
            errno = ENAMETOOLONG;
            return -1;
        }
        if (length != 1 || path[0] != '.') {
            if (strcmp(name, ".") != 0) parent = descend(parent, name);
            memcpy(name, path, length);
            name[length] = '\0';
        }
        path += length;
    }
    return -1;
}

/// Closes `parent` without losing the errno of what was done in it.
static void done_with(int parent) {
    int error = errno;
    close(parent);
    errno = error;
}

/// Opens a plain file below the folder; -1 with errno.
static int open_below(const nj_host *host, const char *path, int flags) {
    char name[NAME_MAX + 1];
    int parent = open_parent(host, path, name);
    if (parent < 0) return -1;
    // Without O_NONBLOCK, opening a pipe waits for its other end.
    int safe = (flags & ~O_TRUNC) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int file = openat(parent, name, safe, 0666);
    done_with(parent);
    if (file < 0) return -1;
    struct stat status;
    if (fstat(file, &status) != 0) {
        done_with(file);
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        close(file);
        errno = S_ISDIR(status.st_mode) ? EISDIR : EPERM;
        return -1;
    }
    if (flags & O_TRUNC && ftruncate(file, 0) != 0) {
        done_with(file);
        return -1;
    }
    return file;
}

/// Why a path cannot be used, where the system's words would puzzle.
static const char *reason(int error) {
    switch (error) {
        case EXDEV: return "outside of the working folder, where this level may not reach";
        case ELOOP: return "a symbolic link, which this level does not follow";
        default: return strerror(error);
    }
}

/// Pushes what io and os functions return after a failure.
static int push_failure(lua_State *L, const char *path) {
    int error = errno;
    luaL_pushfail(L);
    lua_pushfstring(L, "%s: %s", path, reason(error));
    lua_pushinteger(L, error);
    return 3;
}

const char *nj_path_problem(const nj_host *host, const char *path) {
    if (host->folder < 0) return NULL;
    char name[NAME_MAX + 1];
    int parent = open_parent(host, path, name);
    // What is not there, or is no folder, the one who opens it will tell.
    if (parent < 0) return errno == EXDEV || errno == ELOOP ? reason(errno) : NULL;
    struct stat status;
    bool is_link = fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                   S_ISLNK(status.st_mode);
    close(parent);
    return is_link ? reason(ELOOP) : NULL;
}

// MARK: io

static int close_file(lua_State *L) {
    luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
    return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

/// Pushes a file handle for an open descriptor, or gives false with errno.
static bool push_file(lua_State *L, int file, const char *mode) {
    luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
    stream->closef = NULL;
    luaL_setmetatable(L, LUA_FILEHANDLE);
    stream->f = fdopen(file, mode);
    if (stream->f == NULL) {
        done_with(file);
        return false;
    }
    stream->closef = close_file;
    return true;
}

/// Opens a file in a mode of fopen and pushes it, or gives false with errno.
static bool open_file(lua_State *L, const char *path, const char *mode) {
    bool updates = strchr(mode, '+') != NULL;
    int flags = updates ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
    if (mode[0] == 'w') flags |= O_CREAT | O_TRUNC;
    if (mode[0] == 'a') flags |= O_CREAT | O_APPEND;
    int file = open_below(nj_host_of(L), path, flags);
    return file >= 0 && push_file(L, file, mode);
}

static bool is_mode(const char *mode) {
    if (*mode == '\0' || strchr("rwa", *mode++) == NULL) return false;
    if (*mode == '+') mode++;
    return strspn(mode, "b") == strlen(mode);
}

static int io_open(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    const char *mode = luaL_optstring(L, 2, "r");
    luaL_argcheck(L, is_mode(mode), 2, "invalid mode");
    return open_file(L, path, mode) ? 1 : push_failure(L, path);
}

/// io.lines: the file, opened here, closes when the loop ends. Upvalue: the original function.
static int io_lines(lua_State *L) {
    if (lua_isnoneornil(L, 1)) {
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_insert(L, 1);
        lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
        return lua_gettop(L);
    }
    const char *path = luaL_checkstring(L, 1);
    if (!open_file(L, path, "r")) {
        push_failure(L, path);
        lua_pop(L, 1);
        return lua_error(L);
    }
    int formats = lua_gettop(L) - 2;
    lua_replace(L, 1);
    lua_getfield(L, 1, "lines");
    lua_pushvalue(L, 1);
    for (int i = 0; i < formats; i++) lua_pushvalue(L, i + 2);
    lua_call(L, formats + 1, 1);
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pushvalue(L, 1);
    return 4;
}

/// io.input and io.output. Upvalues: the original function, the mode.
static int io_default(lua_State *L) {
    if (lua_type(L, 1) == LUA_TSTRING) {
        const char *path = lua_tostring(L, 1);
        if (!open_file(L, path, lua_tostring(L, lua_upvalueindex(2)))) {
            push_failure(L, path);
            lua_pop(L, 1);
            return lua_error(L);
        }
        lua_replace(L, 1);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/// Creates a file with a new name in the folder; -1 with errno.
static int create_temporary(const nj_host *host, char name[static 32]) {
    for (int attempt = 0; attempt < 100; attempt++) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        snprintf(name, 32, "lua_%08lx%02x", (unsigned long)(now.tv_nsec ^ getpid()) & 0xffffffff,
                 (unsigned)attempt);
        int file = open_below(host, name, O_RDWR | O_CREAT | O_EXCL);
        if (file >= 0 || errno != EEXIST) return file;
    }
    return -1;
}

static int io_tmpfile(lua_State *L) {
    nj_host *host = nj_host_of(L);
    char name[32] = "";
    int file = create_temporary(host, name);
    if (file < 0) return push_failure(L, name);
    unlinkat(host->folder, name, 0);
    return push_file(L, file, "w+") ? 1 : push_failure(L, name);
}

// MARK: os

static int os_tmpname(lua_State *L) {
    char name[32] = "";
    int file = create_temporary(nj_host_of(L), name);
    if (file < 0) return luaL_error(L, "no temporary file: %s", reason(errno));
    close(file);
    lua_pushstring(L, name);
    return 1;
}

static int os_remove(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    char name[NAME_MAX + 1];
    int parent = open_parent(nj_host_of(L), path, name);
    if (parent < 0) return push_failure(L, path);
    bool is_removed = unlinkat(parent, name, 0) == 0 ||
                      (errno == EISDIR && unlinkat(parent, name, AT_REMOVEDIR) == 0);
    done_with(parent);
    if (!is_removed) return push_failure(L, path);
    lua_pushboolean(L, true);
    return 1;
}

static int os_rename(lua_State *L) {
    const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
    char old_name[NAME_MAX + 1], new_name[NAME_MAX + 1];
    int old_parent = open_parent(nj_host_of(L), from, old_name);
    if (old_parent < 0) return push_failure(L, from);
    int new_parent = open_parent(nj_host_of(L), to, new_name);
    if (new_parent < 0) {
        done_with(old_parent);
        return push_failure(L, to);
    }
    bool is_renamed = renameat(old_parent, old_name, new_parent, new_name) == 0;
    done_with(old_parent);
    done_with(new_parent);
    if (!is_renamed) return push_failure(L, from);
    lua_pushboolean(L, true);
    return 1;
}

// MARK: Code

/// Pushes the text of an open file and closes it.
static void push_text(lua_State *L, luaL_Stream *stream) {
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    size_t count;
    do {
        char *room = luaL_prepbuffer(&text);
        count = fread(room, 1, LUAL_BUFFERSIZE, stream->f);
        luaL_addsize(&text, count);
    } while (count > 0);
    luaL_pushresult(&text);
}

/// Loads the file named at 1, as luaL_loadfilex does.
static int load_below(lua_State *L) {
    const char *path = lua_tostring(L, 1);
    if (!open_file(L, path, "r")) {
        push_failure(L, path);
        lua_pop(L, 1);
        return lua_error(L);
    }
    push_text(L, lua_touserdata(L, -1));
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    // As in Lua, a first line that starts with # is for the shell.
    if (length > 0 && text[0] == '#') {
        const char *end = memchr(text, '\n', length);
        length -= end == NULL ? length : (size_t)(end - text);
        text = end;
    }
    lua_pushfstring(L, "@%s", path);
    if (luaL_loadbufferx(L, length == 0 ? "" : text, length, lua_tostring(L, -1), "t") != LUA_OK)
        return lua_error(L);
    return 1;
}

int nj_load_below(lua_State *L, const char *path) {
    lua_pushcfunction(L, load_below);
    lua_pushstring(L, path);
    return lua_pcall(L, 1, 1, 0);
}

// MARK: Installing

static void wrap(lua_State *L, const char *name, lua_CFunction function, const char *mode) {
    lua_getfield(L, -1, name);
    lua_pushstring(L, mode);
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, -2, name);
}

static int install(lua_State *L) {
    lua_getglobal(L, LUA_IOLIBNAME);
    nj_set_function(L, "open", io_open);
    nj_set_function(L, "tmpfile", io_tmpfile);
    wrap(L, "lines", io_lines, "r");
    wrap(L, "input", io_default, "r");
    wrap(L, "output", io_default, "w");
    lua_getglobal(L, LUA_OSLIBNAME);
    nj_set_function(L, "remove", os_remove);
    nj_set_function(L, "rename", os_rename);
    nj_set_function(L, "tmpname", os_tmpname);
    return 0;
}

bool nj_confine(nj_host *host, const char *folder) {
    host->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    host->folder_path = realpath(folder, NULL);
    if (host->folder < 0 || host->folder_path == NULL) return false;
    lua_pushcfunction(host->main, install);
    return lua_pcall(host->main, 0, 0, 0) == LUA_OK;
}
