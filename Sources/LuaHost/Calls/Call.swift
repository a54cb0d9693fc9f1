// What the body of a declared function gets.

import CLua
import CLuaBridge
import NightjarRuntime

/// One call of a declared function: its arguments, already checked, by their names.
///
/// The readers throw only if the body asks for something that the declaration does not promise, or,
/// for lists, if an element is wrong. A call is good until the body returns: read what you need and
/// do not keep it.
public struct Call {
    @usableFromInline let raw: OpaquePointer
    /// Not counted, as the function outlives its call.
    private let function: Unmanaged<BoundFunction>
    let frame: ArgumentFrame
    let given: Int32
    /// Where Lua holds the receiver, which stands on the stack as long as the call lasts; nothing for
    /// functions that declare none.
    private let receiver: UnsafePointer<nj_object>?

    init(
        _ raw: OpaquePointer, _ function: BoundFunction, given: Int32,
        receiver: UnsafePointer<nj_object>?
    ) {
        self.raw = raw
        self.receiver = receiver
        self.function = Unmanaged.passUnretained(function)
        frame = function.frame
        self.given = given
    }

    var bound: BoundFunction { function.takeUnretainedValue() }

    @usableFromInline var stack: LuaStack { LuaStack(raw) }

    /// The state that runs the script.
    public var state: LuaState { bound.state }

    /// The object on which the method was called.
    ///
    /// - Throws: When it is not a `T`.
    @inlinable
    public func receiver<T>(_ type: T.Type) throws -> T {
        if let value = StoredObject(receiverBlock, for: type)?.value(as: type) { return value }
        throw wrongReceiver(type)
    }

    /// Runs `body` on the object on which the method was called.
    ///
    /// It copies no structure, which takes as long as reading an element.
    ///
    /// - Throws: When it is not a `T`, and what `body` throws.
    @inlinable
    public func withReceiver<T, Result>(
        _ type: T.Type, _ body: (T) throws -> Result
    ) throws -> Result {
        if let result = try StoredObject(receiverBlock, for: type)?.withValue(as: type, body) {
            return result
        }
        throw wrongReceiver(type)
    }

    @usableFromInline
    var receiverBlock: UnsafePointer<nj_object>? { receiver ?? nj_object_at(raw, 1) }

    /// Whether the script gave an argument.
    ///
    /// - Throws: When the declaration does not list it.
    public func has(_ name: String) throws -> Bool {
        lua_type(raw, frame.slot(at: try position(of: name))) != LUA_TNIL
    }

    // MARK: Numbers, booleans, strings

    /// A whole number, or its default.
    ///
    /// - Throws: When the argument was left out and has no default.
    public func integer(_ name: String) throws -> Int {
        let position = try position(of: name)
        if let value = integer(at: position) { return value }
        return try defaultCheck(at: position).defaultInteger
    }

    /// A whole number, if the script gave it.
    ///
    /// - Throws: When the declaration does not list it.
    public func integer(ifGiven name: String) throws -> Int? {
        integer(at: try position(of: name))
    }

    @inline(__always)
    private func integer(at position: Int) -> Int? {
        let index = frame.slot(at: position)
        guard frame.check(at: position).pointee.isNumeric else {
            return ListReader.integer(raw, index)
        }
        var isInteger: Int32 = 0
        let value = lua_tointegerx(raw, index, &isInteger)
        return isInteger != 0 ? Int(value) : nil
    }

    /// A number, or its default.
    ///
    /// - Throws: When the argument was left out and has no default.
    public func number(_ name: String) throws -> Double {
        let position = try position(of: name)
        if let value = number(at: position) { return value }
        return try defaultCheck(at: position).defaultNumber
    }

    /// A number, if the script gave it.
    ///
    /// - Throws: When the declaration does not list it.
    public func number(ifGiven name: String) throws -> Double? {
        number(at: try position(of: name))
    }

    @inline(__always)
    private func number(at position: Int) -> Double? {
        let index = frame.slot(at: position)
        guard frame.check(at: position).pointee.isNumeric else {
            return ListReader.number(raw, index)
        }
        var isNumber: Int32 = 0
        let value = lua_tonumberx(raw, index, &isNumber)
        return isNumber != 0 ? value : nil
    }

    /// `true` or `false`, or its default.
    ///
    /// - Throws: When the argument was left out and has no default.
    public func boolean(_ name: String) throws -> Bool {
        let position = try position(of: name)
        let index = frame.slot(at: position)
        if lua_type(raw, index) == LUA_TBOOLEAN { return lua_toboolean(raw, index) != 0 }
        return try defaultCheck(at: position).defaultInteger != 0
    }

    /// Text, or its default.
    ///
    /// - Throws: When the bytes are not UTF-8, or the argument was left out and has no default.
    public func string(_ name: String) throws -> String {
        if let text = try string(ifGiven: name) { return text }
        if case .string(let value)? = try parameter(name).defaultValue { return value }
        throw missing(name)
    }

    /// Text, if the script gave it.
    ///
    /// - Throws: When the bytes are not UTF-8.
    public func string(ifGiven name: String) throws -> String? {
        let position = try position(of: name)
        let index = frame.slot(at: position)
        guard lua_type(raw, index) == LUA_TSTRING else { return nil }
        if let text = ListReader.string(raw, index) { return text }
        throw bound.error(at: position, given: given, "text in UTF-8 expected, got other bytes")
    }

    /// The bytes of a string, if the script gave it.
    ///
    /// - Throws: When the declaration does not list it.
    public func bytes(ifGiven name: String) throws -> [UInt8]? {
        let index = frame.slot(at: try position(of: name))
        return lua_type(raw, index) == LUA_TSTRING ? LuaString(raw, index).bytes : nil
    }

    /// One case of an enumeration, or its default.
    ///
    /// - Throws: When the argument was left out and has no default.
    public func choice<Choice: RawRepresentable>(
        _ name: String, as type: Choice.Type
    ) throws -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: try string(name)) { return choice }
        throw BindingError("'\(bound.qualifiedName)': \(type) lacks a choice of '\(name)'")
    }

    // MARK: Objects, tables, functions

    /// An object.
    ///
    /// - Throws: When the argument was left out or is not a `T`.
    @inlinable
    public func object<T>(_ name: String, as type: T.Type) throws -> T {
        if let value = try object(ifGiven: name, as: type) { return value }
        throw missing(name)
    }

    /// An object, if the script gave one that is a `T`.
    ///
    /// - Throws: When the declaration does not list the argument.
    @inlinable
    public func object<T>(ifGiven name: String, as type: T.Type) throws -> T? {
        stack.object(try slot(of: name), as: type)
    }

    /// A function, which may also be kept.
    ///
    /// - Throws: When the argument was left out.
    public func function(_ name: String) throws -> LuaFunction {
        if let function = try function(ifGiven: name) { return function }
        throw missing(name)
    }

    /// A function, if the script gave one.
    ///
    /// - Throws: When the declaration does not list the argument.
    public func function(ifGiven name: String) throws -> LuaFunction? {
        if case .function(let function) = try value(name) { return function }
        return nil
    }

    /// A table.
    ///
    /// - Throws: When the argument was left out.
    public func table(_ name: String) throws -> LuaTable {
        if let table = try table(ifGiven: name) { return table }
        throw missing(name)
    }

    /// A table, if the script gave one.
    ///
    /// - Throws: When the declaration does not list the argument.
    public func table(ifGiven name: String) throws -> LuaTable? {
        if case .table(let table) = try value(name) { return table }
        return nil
    }

    /// Any value, or its default; nil when there is neither.
    ///
    /// - Throws: When the declaration does not list the argument.
    public func value(_ name: String) throws -> LuaValue {
        let position = try position(of: name)
        let value = LuaValue(stack, frame.slot(at: position))
        guard value.isNil else { return value }
        switch bound.parameters[position].defaultValue {
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .string(let value): return .string(LuaString(value))
        case nil: return .nil
        }
    }

    /// The argument at a number, for functions without a declaration.
    public func value(at number: Int) -> LuaValue {
        guard number > 0, number <= Int(lua_gettop(raw)) else { return .nil }
        return LuaValue(stack, Int32(number))
    }

    // MARK: What a body does beside

    /// Tells the collector of memory outside Lua's heap that this call took and that no object's
    /// ``LuaObject/nativeBytes`` covers.
    public func account(_ bytes: Int) { nj_account(stack.host, max(0, bytes)) }

    /// Makes sure, before a body takes much memory outside Lua's heap, that the limit allows it.
    ///
    /// Garbage is collected first if need be.
    ///
    /// - Throws: ``LuaError`` of kind `memory` when `bytes` more are too many.
    public func reserve(_ bytes: Int) throws {
        guard nj_reserve(raw, max(0, bytes)) else {
            throw LuaError.memoryLimit(Int(stack.host.pointee.limit))
        }
    }

    /// Releases the object on which the method was called.
    func releaseReceiver() { _ = nj_release_object(raw, 1) }

    /// Keeps what was done so far for the user to look at, and gives the error to throw then:
    /// `catch is Interrupted { throw call.interrupted(keeping: log) }`.
    public func interrupted(keeping partial: any LuaConvertible) -> Interrupted {
        note(partial, inStopAs: "partial")
        return Interrupted()
    }

    /// Says for the user why nothing is kept, and gives the error to throw then:
    /// `catch is Interrupted { throw call.interrupted(noting: "before the first epoch ended") }`.
    public func interrupted(noting reason: String) -> Interrupted {
        note(reason, inStopAs: "note")
        return Interrupted()
    }

    private func note(_ value: any LuaConvertible, inStopAs name: String) {
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        guard lua_checkstack(raw, 4) != 0 else { return }
        nj_push_kill(raw)
        lua_pushstring(raw, name)
        if (try? stack.push(value)) != nil { lua_rawset(raw, top + 1) }
    }

    /// Ends the script with an exit code, as `os.exit` does, at every level: `throw call.exit(64)`.
    public func exit(_ code: Int) -> Interrupted {
        let host = stack.host
        host.pointee.exit_code = Int32(clamping: code)
        host.pointee.stop = Int32(NJ_STOP_EXIT)
        return Interrupted()
    }

    // MARK: Failures

    func parameter(_ name: String) throws -> Parameter {
        bound.parameters[try position(of: name)]
    }

    @usableFromInline
    func slot(of name: String) throws -> Int32 { frame.slot(at: try position(of: name)) }

    @usableFromInline
    func wrongReceiver(_ type: any Any.Type) -> any Error {
        BindingError("'\(bound.qualifiedName)' takes its receiver for a \(type)")
    }

    @inline(__always)
    func position(of name: String) throws -> Int {
        try frame.position(of: name) ?? bound.position(of: name)
    }

    @inline(__always)
    private func defaultCheck(at position: Int) throws -> ArgumentCheck {
        let check = frame.check(at: position).pointee
        if check.hasDefault { return check }
        throw missing(bound.parameters[position].name)
    }

    @usableFromInline
    func missing(_ name: String) -> any Error {
        BindingError("'\(bound.qualifiedName)' reads '\(name)', which was not given, as required")
    }
}
