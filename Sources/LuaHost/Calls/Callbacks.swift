// The entrances from C. Nothing here raises a Lua error or lets a Swift error out.

import CLua
import CLuaBridge

extension LuaState {
    static var callbacks: nj_callbacks {
        nj_callbacks(
            invoke: { function, raw, layout in
                guard let function, let raw else { return 0 }
                // A finalizer may call functions while the state is being closed; their bodies
                // could not use it any more.
                guard nj_host_of(raw).pointee.owner != nil else {
                    lua_pushstring(raw, "the Lua state is being closed")
                    return Int32(NJ_FAILED)
                }
                return Unmanaged<BoundFunction>.fromOpaque(function)._withUnsafeGuaranteedRef {
                    $0.invoke(raw, layout: layout)
                }
            },
            release: { retained in
                if let retained { Unmanaged<AnyObject>.fromOpaque(retained).release() }
            },
            write: { owner, bytes, count in
                guard let owner else { return 0 }
                return Unmanaged<LuaState>.fromOpaque(owner).takeUnretainedValue()
                    .write(UnsafeRawBufferPointer(start: bytes, count: count))
            },
            flush: { owner in
                guard let owner else { return 0 }
                return Unmanaged<LuaState>.fromOpaque(owner).takeUnretainedValue().flush()
            },
            warn: { owner, text in
                guard let owner, let text else { return }
                Unmanaged<LuaState>.fromOpaque(owner).takeUnretainedValue()
                    .warn(String(cString: text))
            },
            trace: { owner, raw, level, identity in
                guard let owner, let raw else { return }
                Unmanaged<LuaState>.fromOpaque(owner).takeUnretainedValue()
                    .noteTrace(raw, from: level, of: identity)
            })
    }
}
