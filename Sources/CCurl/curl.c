#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// From curl's headers; these numbers are part of its stable binary interface.
enum {
    OPTION_WRITEDATA = 10001,
    OPTION_URL = 10002,
    OPTION_ERRORBUFFER = 10010,
    OPTION_USERAGENT = 10018,
    OPTION_HTTPHEADER = 10023,
    OPTION_HEADERDATA = 10029,
    OPTION_WRITEFUNCTION = 20011,
    OPTION_HEADERFUNCTION = 20079,
    OPTION_FOLLOWLOCATION = 52,
    OPTION_MAXREDIRS = 68,
    OPTION_NOSIGNAL = 99,
    OPTION_PROTOCOLS = 181,
    OPTION_REDIR_PROTOCOLS = 182,
    OPTION_SUPPRESS_CONNECT_HEADERS = 265,
    PROTOCOLS_HTTP_AND_HTTPS = 3,
    GLOBAL_DEFAULT = 3,
    MESSAGE_DONE = 1,
};

typedef struct {
    int kind;
    void *easy;
    union {
        void *other;
        int result;
    } data;
} curl_message;

/// The functions of libcurl that are used; NULL while it is not open.
static struct {
    int (*global_init)(long);
    void *(*easy_init)(void);
    int (*easy_setopt)(void *, int, ...);
    void (*easy_cleanup)(void *);
    const char *(*easy_strerror)(int);
    void *(*multi_init)(void);
    int (*multi_add_handle)(void *, void *);
    int (*multi_remove_handle)(void *, void *);
    int (*multi_perform)(void *, int *);
    int (*multi_poll)(void *, void *, unsigned, int, int *);
    curl_message *(*multi_info_read)(void *, int *);
    int (*multi_cleanup)(void *);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
} curl;

static bool is_open;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void open_once(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    const struct {
        const char *name;
        void *place;
    } functions[] = {
        {"curl_global_init", &curl.global_init},
        {"curl_easy_init", &curl.easy_init},
        {"curl_easy_setopt", &curl.easy_setopt},
        {"curl_easy_cleanup", &curl.easy_cleanup},
        {"curl_easy_strerror", &curl.easy_strerror},
        {"curl_multi_init", &curl.multi_init},
        {"curl_multi_add_handle", &curl.multi_add_handle},
        {"curl_multi_remove_handle", &curl.multi_remove_handle},
        {"curl_multi_perform", &curl.multi_perform},
        {"curl_multi_poll", &curl.multi_poll},
        {"curl_multi_info_read", &curl.multi_info_read},
        {"curl_multi_cleanup", &curl.multi_cleanup},
        {"curl_slist_append", &curl.slist_append},
        {"curl_slist_free_all", &curl.slist_free_all},
    };
    for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
        void *function = dlsym(library, functions[index].name);
        if (function == NULL) return;
        *(void **)functions[index].place = function;
    }
    is_open = curl.global_init(GLOBAL_DEFAULT) == 0;
}

/// A request under way.
typedef struct {
    nj_answer answer;
    bool ended;
} request;

// curl takes any other count than the one given as the wish to end.

static size_t take_head(char *bytes, size_t size, size_t count, void *context) {
    request *self = context;
    if (!self->answer.head(self->answer.context, bytes, size * count)) self->ended = true;
    return self->ended ? 0 : size * count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    request *self = context;
    if (!self->answer.body(self->answer.context, bytes, size * count)) self->ended = true;
    return self->ended ? 0 : size * count;
}

/// Runs the request to its end; gives curl's result, or -1 when a function of the answer ended it.
static int run(void *multi, request *self) {
    for (;;) {
        int running = 0;
        int failure = curl.multi_perform(multi, &running);
        if (self->ended || !self->answer.wait(self->answer.context)) return -1;
        if (failure != 0) return failure;
        if (running == 0) break;
        curl.multi_poll(multi, NULL, 0, 100, NULL);
    }
    int left = 0;
    for (curl_message *message; (message = curl.multi_info_read(multi, &left)) != NULL;)
        if (message->kind == MESSAGE_DONE) return message->data.result;
    return 0;
}

nj_http_end nj_http_get(const char *address, const char *const *headers, nj_answer answer,
                        char *message) {
    message[0] = '\0';
    pthread_once(&opened, open_once);
    if (!is_open) return NJ_HTTP_NO_LIBRARY;
    void *easy = curl.easy_init();
    void *multi = curl.multi_init();
    request self = {answer, false};
    void *list = NULL;
    int result = -1;
    nj_http_end end = NJ_HTTP_BROKEN;
    if (easy == NULL || multi == NULL) {
        snprintf(message, NJ_HTTP_MESSAGE, "out of memory");
    } else {
        for (; *headers != NULL; headers++) list = curl.slist_append(list, *headers);
        curl.easy_setopt(easy, OPTION_URL, address);
        curl.easy_setopt(easy, OPTION_PROTOCOLS, (long)PROTOCOLS_HTTP_AND_HTTPS);
        curl.easy_setopt(easy, OPTION_REDIR_PROTOCOLS, (long)PROTOCOLS_HTTP_AND_HTTPS);
        curl.easy_setopt(easy, OPTION_FOLLOWLOCATION, 1L);
        curl.easy_setopt(easy, OPTION_MAXREDIRS, 10L);
        curl.easy_setopt(easy, OPTION_SUPPRESS_CONNECT_HEADERS, 1L);
        curl.easy_setopt(easy, OPTION_NOSIGNAL, 1L);
        curl.easy_setopt(easy, OPTION_USERAGENT, "nightjar");
        curl.easy_setopt(easy, OPTION_HTTPHEADER, list);
        curl.easy_setopt(easy, OPTION_ERRORBUFFER, message);
        curl.easy_setopt(easy, OPTION_HEADERFUNCTION, take_head);
        curl.easy_setopt(easy, OPTION_HEADERDATA, &self);
        curl.easy_setopt(easy, OPTION_WRITEFUNCTION, take_body);
        curl.easy_setopt(easy, OPTION_WRITEDATA, &self);
        curl.multi_add_handle(multi, easy);
        result = run(multi, &self);
        curl.multi_remove_handle(multi, easy);
        end = self.ended || result < 0 ? NJ_HTTP_ENDED
              : result == 0            ? NJ_HTTP_WHOLE
                                       : NJ_HTTP_BROKEN;
        if (end == NJ_HTTP_BROKEN && message[0] == '\0')
            snprintf(message, NJ_HTTP_MESSAGE, "%s", curl.easy_strerror(result));
    }
    if (multi != NULL) curl.multi_cleanup(multi);
    if (easy != NULL) curl.easy_cleanup(easy);
    curl.slist_free_all(list);
    return end;
}
