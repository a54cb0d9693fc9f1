// Making declarations known to scripts.

import CLua
import CLuaBridge
import NightjarRuntime

extension LuaState {
    /// Makes modules, classes and functions known to scripts.
    ///
    /// Functions are made at once, as they are cheap; the metatable of a class when its first object
    /// is.
    ///
    /// - Throws: When a function belongs to no module or class, or to one whose objects are already
    ///   in use.
    public func register(_ library: Library) throws {
        declarations.add(library)
        for declaration in library.classes { classes.add(BoundClass(declaration, self)) }
        try withStack { stack in
            for module in library.modules { try add(module, stack) }
            for (owner, functions) in Dictionary(grouping: library.functions, by: \.owner) {
                if let owner = classes.named(owner) {
                    guard !owner.isPrepared else {
                        throw BindingError("\(functions[0].qualifiedName) was declared too late")
                    }
                } else if declarations.module(owner) != nil {
                    try add(functions, to: owner, stack)
                } else {
                    throw BindingError("\(functions[0].qualifiedName) has no declared owner")
                }
            }
        }
    }

    private func add(_ module: Module, _ stack: LuaStack) throws {
        let raw = stack.raw
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        pushTable(module.name, stack)
        lua_createtable(raw, 0, 4)
        try stack.set("__name", to: module.name)
        try stack.set("__metatable", to: module.name)
        try stack.set("__index") {
            if let prefix = module.luaPrefix {
                try prefix.push(onto: stack)
            } else {
                stack.pushNil()
            }
            try unknownField(of: module).push(onto: stack)
            nj_push_module_index(raw)
        }
        lua_setmetatable(raw, -2)
        for constant in module.constants {
            try stack.set(constant.name) { try constant.value.push(onto: stack) }
        }
    }

    private func add(_ functions: [Function], to owner: String, _ stack: LuaStack) throws {
        let raw = stack.raw
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        pushTable(owner, stack)
        for function in functions {
            if function.name == "__call" { lua_getmetatable(raw, top + 1) }
            try stack.set(function.name) { try BoundFunction(function, self).push(onto: stack) }
            lua_settop(raw, top + 1)
        }
    }

    /// Pushes the table at a path such as `nj.data`, making what is missing.
    private func pushTable(_ path: String, _ stack: LuaStack) {
        let raw = stack.raw
        lua_rawgeti(raw, nj_registry, lua_Integer(LUA_RIDX_GLOBALS))
        for part in path.split(separator: ".") {
            lua_pushstring(raw, String(part))
            if lua_rawget(raw, -2) != LUA_TTABLE {
                lua_settop(raw, -2)
                lua_createtable(raw, 0, 0)
                lua_pushstring(raw, String(part))
                lua_pushvalue(raw, -2)
                lua_rawset(raw, -4)
            }
            // What is declared after the libraries were sealed goes behind the seal.
            if nj_push_behind(raw, -1) {
                lua_rotate(raw, -2, -1)
                lua_settop(raw, -2)
            }
            lua_rotate(raw, -2, -1)
            lua_settop(raw, -2)
        }
    }

    private func unknownField(of module: Module) -> BoundFunction {
        let name = module.name
        return BoundFunction(anonymous: "index", self) { [unowned self] call in
            let inner = declarations.modules.map(\.name).filter { $0.hasPrefix(name + ".") }
            let known =
                declarations.functions(of: name).map(\.name) + module.constants.map(\.name)
                + inner.map { String($0.dropFirst(name.count + 1)) }
            throw ArgumentError(unknownField: call, of: name, known: known)
        }
    }
}
