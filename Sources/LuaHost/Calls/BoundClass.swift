// Declared classes in a state: their metatables, and which Swift type belongs to which.

import CLua
import CLuaBridge
import NightjarRuntime

/// A class made known to one Lua state.
///
/// Its metatable is made when the first object is.
final class BoundClass {
    let declaration: Class
    /// The declared Swift type.
    let type: ObjectIdentifier
    private(set) var isPrepared = false
    /// Whether all values pushed so far were of the declared type itself; a class declared for a
    /// protocol has values of other types.
    private var hasOnlyDeclaredType = true
    private let isReference: Bool
    private unowned(unsafe) let state: LuaState

    init(_ declaration: Class, _ state: LuaState) {
        self.declaration = declaration
        type = declaration.type.id
        isReference = declaration.isReference
        self.state = state
    }

    /// What the bridge knows the class by.
    var id: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    func accept(_ found: any Any.Type) {
        if ObjectIdentifier(found) != type { hasOnlyDeclaredType = false }
    }

    func storage(of asked: any Any.Type) -> StoredObject.Storage {
        guard ObjectIdentifier(asked) == type else { return .other }
        if isReference { return .reference }
        return hasOnlyDeclaredType ? .boxed : .other
    }

    // MARK: Metatable

    /// Makes the metatable if there is none yet.
    func prepare(_ stack: LuaStack) throws {
        guard !isPrepared else { return }
        isPrepared = true
        let raw = stack.raw
        let functions = state.declarations.functions(of: declaration.name)
        let special = Dictionary(
            functions.filter { $0.name.hasPrefix("__") }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        try stack.reserve(10)
        lua_createtable(raw, 0, 8)
        try stack.set("__name", to: declaration.name)
        try stack.set("__metatable", to: declaration.name)
        for (name, function) in special where !["__index", "__tostring"].contains(name) {
            try stack.set(name) { try bind(function).push(onto: stack) }
        }
        try stack.set("__tostring") { try text(special["__tostring"]).push(onto: stack) }
        if special["__newindex"] == nil {
            try stack.set("__newindex") { try refusal().push(onto: stack) }
        }
        if declaration.isFreeable { try stack.set("__close") { nj_push_release(raw) } }
        try stack.set("__index") {
            if let indexer = special["__index"] {
                try bind(indexer).push(onto: stack)
            } else {
                false.push(onto: stack)
            }
            lua_createtable(raw, 0, Int32(functions.count))
            for method in functions where !method.name.hasPrefix("__") {
                try stack.set(method.name) { try bind(method).push(onto: stack) }
            }
            lua_createtable(raw, 0, Int32(declaration.properties.count))
            for property in declaration.properties {
                try stack.set(property.name) {
                    try BoundFunction(property, of: self, state).push(onto: stack)
                }
            }
            // An indexer that takes names gets those that no method or property has.
            if let indexer = special["__index"], indexer.takesName {
                try bind(indexer).push(onto: stack)
            } else {
                try unknownField().push(onto: stack)
            }
            nj_push_object_index(raw)
        }
        nj_set_class(raw, id)
    }

    private func bind(_ function: Function) -> BoundFunction {
        BoundFunction(function, of: self, state)
    }

    /// The text of an object: what is declared, or what its Swift type says, or its class.
    ///
    /// A freed object has a text, too.
    private func text(_ declared: Function?) -> BoundFunction {
        let name = declaration.name
        return BoundFunction(anonymous: "tostring", state) { call in
            guard let (bound, isReleased) = call.stack.boundClass(1),
                bound.declaration.name == name
            else { return name }
            if isReleased { return "\(name) (freed)" }
            if let declared { return try declared.body(call) }
            let value = call.stack.object(1, as: Any.self)
            return (value as? any CustomStringConvertible)?.description ?? name
        }
    }

    private func unknownField() -> BoundFunction {
        let name = declaration.name
        let methods = state.declarations.functions(of: name).map(\.name)
        let known = methods.filter { !$0.hasPrefix("__") } + declaration.properties.map(\.name)
        return BoundFunction(anonymous: "index", state) { call in
            throw ArgumentError(unknownField: call, of: name, known: known)
        }
    }

    private func refusal() -> BoundFunction {
        let name = declaration.name
        return BoundFunction(anonymous: "newindex", state) { call in
            let key = ListReader.string(call.raw, 2) ?? ArgumentText.describe(call.raw, 2)
            throw ArgumentError(
                description: "cannot set '\(key)' of \(name): its fields are read-only;"
                    + " keep your own values in a table beside it")
        }
    }
}

extension LuaStack {
    /// Sets a field of the table on top of the stack.
    func set(_ name: String, to value: String) throws {
        try set(name) { try value.push(onto: self) }
    }

    /// Sets a field of the table on top of the stack to the value that `push` pushes.
    func set(_ name: String, _ push: () throws -> Void) throws {
        lua_pushstring(raw, name)
        try push()
        lua_rawset(raw, -3)
    }
}

/// The classes of a state by Swift type.
final class ClassRegistry {
    private var classes: [BoundClass] = []
    /// Also holds what was found for subclasses and for types that conform to a declared protocol.
    private var byType: [ObjectIdentifier: BoundClass] = [:]

    func add(_ bound: BoundClass) {
        classes.append(bound)
        byType[bound.declaration.type.id] = bound
    }

    func named(_ name: String) -> BoundClass? { classes.first { $0.declaration.name == name } }

    /// The class for a value whose own type is `dynamicType`.
    ///
    /// - Throws: ``BindingError`` when no class is declared for the type.
    func bound(for value: some LuaObject, dynamicType: any Any.Type) throws -> BoundClass {
        let key = ObjectIdentifier(dynamicType)
        if let known = byType[key] { return known }
        guard let found = classes.first(where: { $0.declaration.type.matches(value) }) else {
            throw BindingError("no class is declared for the Swift type \(dynamicType)")
        }
        found.accept(dynamicType)
        byType[key] = found
        return found
    }
}
