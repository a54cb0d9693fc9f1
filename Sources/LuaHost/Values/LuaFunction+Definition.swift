// Where a Lua function was written, and what it takes.

import CLua

extension LuaFunction {
    /// What the text of a function tells of it.
    public struct Definition: Equatable, Sendable {
        /// The chunk or file, such as `train.lua`, and the line in which the function begins.
        public let place: String
        /// The names of its parameters; the last one is `...` if it takes more.
        public let parameters: [String]
    }

    /// What the text of the function tells; nothing for a function of the host.
    public var definition: Definition? {
        try? reference.withStack { stack in
            let raw = stack.raw
            var activation = lua_Debug()
            lua_pushvalue(raw, -1)
            guard lua_getinfo(raw, ">Su", &activation) != 0, activation.linedefined >= 0 else {
                return nil
            }
            let source = withUnsafeBytes(of: &activation.short_src) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            var names: [String] = []
            // Without an activation Lua names the parameters of the function on top.
            for number in 0..<Int32(activation.nparams) {
                guard let name = lua_getlocal(raw, nil, number + 1) else { break }
                names.append(String(cString: name))
            }
            if activation.isvararg != 0 { names.append("...") }
            let line = activation.linedefined
            return Definition(place: line > 0 ? "\(source):\(line)" : source, parameters: names)
        }
    }

    /// The address of the function, which no other has while this one lives.
    public var identity: UnsafeRawPointer? {
        (try? reference.withStack { lua_topointer($0.raw, -1) }) ?? nil
    }
}
