// Looking at Lua values without running any Lua code, not even a finalizer's.

#ifndef NIGHTJAR_LUA_INSPECT_H
#define NIGHTJAR_LUA_INSPECT_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/// Keeps the collector, which runs finalizers, from starting by itself; gives whether it ran before.
bool nj_pause_collector(lua_State *L);

/// Lets the collector start by itself again.
void nj_resume_collector(lua_State *L);

/// Visits the string keys of the table at `index` that start with `prefix`.
///
/// `take` gets each key and the type of its value, and answers whether it wants more; it may not
/// touch the stack. After about `milliseconds` the visit ends. False if not all keys were seen.
bool nj_visit_names(lua_State *L, int index, const char *prefix, size_t length, int milliseconds,
                    bool (*take)(void *context, const char *name, size_t length, int type),
                    void *context);

#endif
