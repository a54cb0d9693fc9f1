// A declared function in a state: what happens between Lua's call and the Swift body.

import CLua
import CLuaBridge
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A function made known to one Lua state.
final class BoundFunction {
    typealias Body = (Call) throws -> (any LuaConvertible)?

    /// How the first argument is treated.
    enum Receiver {
        /// It is the first argument like any other.
        case none
        /// It must be an object of this class, which the registry keeps alive.
        case object(Unmanaged<BoundClass>, mayBeFreed: Bool)
        /// It is there, but does not matter: the table of a callable module.
        case ignored

        /// How many arguments it takes.
        var slots: Int32 {
            if case .none = self { return 0 }
            return 1
        }
    }

    let name: String
    let qualifiedName: String
    let declaration: Function?
    /// The state holds the functions, so it outlives them.
    unowned(unsafe) let state: LuaState
    let parameters: [Parameter]
    private let body: Body
    private let receiver: Receiver
    /// Whether Lua passes more arguments than are declared, as it does for some operators.
    private let takesExtra: Bool
    private let givesNothing: Bool
    private let positionalCount: Int
    /// The name for C, which tells the user what a press of Ctrl-C waits for.
    private let nameForC: UnsafeMutablePointer<CChar>?
    let frame: ArgumentFrame

    /// Binds a declared function, or a method or operator of `owner`.
    init(_ function: Function, of owner: BoundClass? = nil, _ state: LuaState) {
        declaration = function
        let binary = Function.binaryOperators[function.name]
        let unary = Function.unaryOperators[function.name]
        let last = { function.owner.split(separator: ".").last.map(String.init) ?? "" }
        name = binary ?? unary ?? (function.name == "__call" ? last() : function.name)
        qualifiedName = function.qualifiedName
        nameForC = strdup(qualifiedName)
        if let owner {
            let isFree = function.name == Class.freeName && owner.declaration.isFreeable
            receiver =
                binary == nil
                ? .object(Unmanaged.passUnretained(owner), mayBeFreed: isFree) : .none
        } else {
            receiver = function.name == "__call" ? .ignored : .none
        }
        takesExtra = unary != nil
        self.state = state
        parameters = function.positional + function.options
        positionalCount = function.positional.count
        givesNothing = function.returns.values.isEmpty
        body = function.body
        frame = ArgumentFrame(parameters, firstSlot: receiver.slots + 1)
    }

    /// Binds the getter of a property.
    init(_ property: Property, of owner: BoundClass, _ state: LuaState) {
        declaration = nil
        receiver = .object(Unmanaged.passUnretained(owner), mayBeFreed: false)
        name = property.name
        qualifiedName = "\(owner.declaration.name).\(property.name)"
        nameForC = strdup(qualifiedName)
        takesExtra = true
        self.state = state
        parameters = []
        positionalCount = 0
        givesNothing = false
        body = property.body
        frame = ArgumentFrame([], firstSlot: receiver.slots + 1)
    }

    /// Binds a function that reads its arguments by their numbers.
    init(anonymous name: String, _ state: LuaState, _ body: @escaping Body) {
        declaration = nil
        receiver = .none
        self.name = name
        qualifiedName = name
        nameForC = strdup(qualifiedName)
        takesExtra = true
        self.state = state
        parameters = []
        positionalCount = -1
        givesNothing = false
        self.body = body
        frame = ArgumentFrame([], firstSlot: receiver.slots + 1)
    }

    deinit {
        frame.deallocate()
        free(nameForC)
    }

    /// Pushes the Lua function.
    func push(onto stack: LuaStack) throws(LuaError) {
        try stack.reserve(6)
        var block = nj_function()
        block.name = UnsafePointer(nameForC)
        block.raw = positionalCount < 0
        block.takes_extra = takesExtra
        block.receiver = receiver.slots
        block.positional = Int32(max(0, positionalCount))
        block.options = Int32(parameters.count) - block.positional
        for (index, parameter) in parameters.enumerated() {
            if index < positionalCount, parameter.type.takesTable {
                block.takes_table |= 1 << UInt32(index)
            }
            if index >= positionalCount, parameter.takesArrayPart {
                block.array_slot = Int32(index) + block.receiver + 1
            }
        }
        let takesNames = block.options > 0
        if takesNames {
            lua_createtable(stack.raw, 0, Int32(parameters.count))
            for (index, parameter) in parameters.enumerated() {
                lua_pushstring(stack.raw, parameter.name)
                lua_pushinteger(stack.raw, lua_Integer(index) + lua_Integer(block.receiver) + 1)
                lua_rawset(stack.raw, -3)
            }
        }
        block.context = Unmanaged.passRetained(self).toOpaque()
        nj_push_function(stack.raw, block, takesNames)
    }

    // MARK: Calling

    /// Runs the body on the arguments; gives the number of results or the kind of failure.
    @inline(__always)
    func invoke(_ raw: OpaquePointer, layout: Int32) -> Int32 {
        let stack = LuaStack(raw)
        do {
            if layout < 0 { throw misfit(raw, layout) }
            let receiver = try checkReceiver(raw)
            try checkArguments(raw, given: layout)
            let call = Call(raw, self, given: layout, receiver: receiver)
            guard let result = try body(call) else {
                if givesNothing { return 0 }
                lua_pushnil(raw)
                return 1
            }
            return try result.pushResults(onto: stack)
        } catch {
            return fail(error, stack)
        }
    }

    /// The block of the receiver, if there is one.
    @inline(__always)
    private func checkReceiver(_ raw: OpaquePointer) throws -> UnsafePointer<nj_object>? {
        guard case .object(let owner, let mayBeFreed) = receiver else { return nil }
        guard let block = nj_object_at(raw, 1), block.pointee.class_id == owner.toOpaque(),
            block.pointee.held != nil || mayBeFreed
        else { throw badReceiver(raw, owner.takeUnretainedValue().declaration.name) }
        return block
    }

    @inline(__always)
    private func checkArguments(_ raw: OpaquePointer, given: Int32) throws {
        for position in 0..<frame.count {
            switch frame.passes(raw, at: position) {
            case true?: break
            case false?: throw mismatch(raw, position, given: given)
            case nil:
                let type = parameters[position].type
                if !ArgumentCheck.passes(raw, frame.slot(at: position), as: type) {
                    throw mismatch(raw, position, given: given)
                }
            }
        }
    }

    /// Leaves the error for Lua on the stack and says of which kind it is.
    private func fail(_ error: any Error, _ stack: LuaStack) -> Int32 {
        switch error {
        case is Interrupted: return Int32(NJ_INTERRUPT)
        case let error as LuaError:
            if error.kind.isStop { return Int32(NJ_INTERRUPT) }
            // An error that came from Lua goes on as it was; a new one gets its position.
            if error.trace.isEmpty { return fail(error.message, stack) }
            guard (try? stack.push(error.value)) != nil else { return fail(error.message, stack) }
            state.keepTrace(of: error, stack)
            return Int32(NJ_RETHROW)
        default: return fail("\(error)", stack)
        }
    }

    private func fail(_ message: String, _ stack: LuaStack) -> Int32 {
        lua_settop(stack.raw, 0)
        var message = message
        message.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                lua_pushlstring(stack.raw, $0.baseAddress, $0.count)
            }
        }
        return Int32(NJ_FAILED)
    }
}

// MARK: Messages

extension BoundFunction {
    private func badReceiver(_ raw: OpaquePointer, _ owner: String) -> ArgumentError {
        if let found = LuaStack(raw).boundClass(1), found.bound.declaration.name == owner {
            return ArgumentError(
                description: "\(owner) was freed; use '\(name)' before that, or make it again")
        }
        let given = ArgumentText.describe(raw, 1)
        let variable = owner.split(separator: ".").last.map { $0.lowercased() } ?? "object"
        return ArgumentError(
            description: "calling '\(name)' on bad self (\(owner) expected, got \(given)):"
                + " did you write \(variable).\(name) instead of \(variable):\(name)?")
    }

    /// The error for arguments that do not fit the declaration at all.
    private func misfit(_ raw: OpaquePointer, _ layout: Int32) -> ArgumentError {
        let key = ListReader.string(raw, -1) ?? ArgumentText.describe(raw, -1)
        switch Int(layout) {
        case NJ_UNKNOWN_OPTION:
            let known = parameters.map(\.name)
            let hint = Suggestion.hint(for: key, in: known)
            let list = hint.isEmpty ? "; it takes \(known.joined(separator: ", "))" : hint
            return ArgumentError(description: "unknown option '\(key)' to '\(name)'\(list)")
        case NJ_GIVEN_TWICE:
            return ArgumentError(
                description: "option '\(key)' to '\(name)' was already given by position")
        case NJ_NOT_OPTIONS:
            let given = ArgumentText.describe(raw, -1)
            let use = declaration?.use.map { ", as in \($0)" } ?? ""
            return ArgumentError(
                description: "bad argument #\(positionalCount + 1) to '\(name)'"
                    + " (options table expected, got \(given))\(use)")
        default:
            let most = positionalCount + (parameters.count > positionalCount ? 1 : 0)
            let given = lua_gettop(raw) - receiver.slots
            let use = declaration.map { $0.use ?? $0.signature.shortened(to: 100) }
            let call = use.map { "; write \($0)" } ?? ""
            return ArgumentError(
                description:
                    "too many arguments to '\(name)' (at most \(most), got \(given))\(call)")
        }
    }

    /// The error for an argument of the wrong type or value.
    private func mismatch(_ raw: OpaquePointer, _ position: Int, given: Int32) -> ArgumentError {
        let detail = ArgumentText.mismatch(
            parameters[position].type, raw, frame.slot(at: position), state.declarations.className)
        guard lua_type(raw, frame.slot(at: position)) != LUA_TNIL else {
            return missing(at: position, given: given, detail)
        }
        let maker = maker(of: parameters[position].type, raw, frame.slot(at: position))
        return error(at: position, given: given, detail + maker)
    }

    /// The error for an argument that was left out, or given as a variable that is nil.
    private func missing(at position: Int, given: Int32, _ detail: String) -> ArgumentError {
        let summary = parameters[position].summary
        let use = declaration?.use.map { ", as in \($0)" } ?? ""
        if isOption(position, given: given) {
            let name = parameters[position].name
            return ArgumentError(
                description: "missing option '\(name)' to '\(qualifiedName)' (\(detail)):"
                    + " \(summary)\(use)")
        }
        return ArgumentError(
            description: error(at: position, given: given, detail).description
                + ": \(summary)\(use)")
    }

    /// Names the methods of the object at `index` that give what was expected instead of it.
    private func maker(of type: LuaType, _ raw: OpaquePointer, _ index: Int32) -> String {
        let wanted: [LuaType] = if case .either(let types) = type { types } else { [type] }
        guard let (bound, isReleased) = LuaStack(raw).boundClass(index), !isReleased
        else { return "" }
        let methods = state.declarations.functions(of: bound.declaration.name)
        let makers = wanted.compactMap { type -> String? in
            guard case .object(let wanted) = type else { return nil }
            return methods.first { method in
                guard !method.name.hasPrefix("__"),
                    case .object(let made) = method.returns.values.first?.type
                else { return false }
                return made.id == wanted.id
            }?.name
        }
        return switch makers.count {
        case 0: ""
        case 1: "; its method '\(makers[0])' makes one"
        default: "; its methods '\(makers.joined(separator: "', '"))' make one"
        }
    }

    /// The error for one argument, with what stands between the parentheses.
    func error(at position: Int, given: Int32, _ detail: String) -> ArgumentError {
        let isOption = isOption(position, given: given)
        let place = isOption ? "option '\(parameters[position].name)'" : "argument #\(position + 1)"
        return ArgumentError(description: "bad \(place) to '\(name)' (\(detail))")
    }

    /// Whether the script gave an argument by name, or should have.
    private func isOption(_ position: Int, given: Int32) -> Bool {
        let isNamed = given & Int32(NJ_NAMED) != 0 && position >= given & Int32(NJ_NAMED - 1)
        return position >= positionalCount || isNamed
    }
}

// MARK: Finding arguments

extension BoundFunction {
    /// The position of a parameter of any name.
    func position(of name: String) throws -> Int {
        if let position = parameters.firstIndex(where: { $0.name == name }) { return position }
        throw BindingError(
            "'\(qualifiedName)' reads '\(name)', which its declaration does not list")
    }
}

/// A mistake in a declaration or body, not in a script.
struct BindingError: Error, CustomStringConvertible {
    let description: String

    init(_ problem: String) {
        description =
            "\(problem). This is a defect of the host: please report it with this message."
    }
}
