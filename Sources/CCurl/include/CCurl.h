// Requests over http through libcurl, opened at run time.
//
// Foundation's URLSession does the same, but linking it costs every start some ten milliseconds, or
// the headers of libcurl on the machine that builds; most runs fetch nothing.

#ifndef NIGHTJAR_CURL_H
#define NIGHTJAR_CURL_H

#include <stdbool.h>
#include <stddef.h>

/// What is done with an answer as it comes; each gives false to end the request.
typedef struct {
    void *context;
    /// Takes a line of the head with its line end; the empty line ends a head. A redirection has a
    /// head of its own.
    bool (*head)(void *context, const char *line, size_t length);
    /// Takes a piece of the body.
    bool (*body)(void *context, const void *bytes, size_t length);
    /// Called at least ten times a second.
    bool (*wait)(void *context);
} nj_answer;

/// How a request ended.
typedef enum {
    NJ_HTTP_WHOLE,      ///< the answer is whole
    NJ_HTTP_ENDED,      ///< one of the functions ended it
    NJ_HTTP_BROKEN,     ///< the connection failed
    NJ_HTTP_NO_LIBRARY, ///< libcurl is not installed
} nj_http_end;

enum { NJ_HTTP_MESSAGE = 256 };

/// Requests `address`, http or https only, with extra header lines, and follows redirections.
///
/// `headers` ends with NULL. `message` has room for NJ_HTTP_MESSAGE bytes and says why a connection
/// failed.
nj_http_end nj_http_get(const char *address, const char *const *headers, nj_answer answer,
                        char *message);

#endif
