// A declared function in a state: what happens between Lua's call and the Swift body.

import CLua
import CLuaBridge
import NightjarRuntime

/// A function made known to one Lua state.
final class BoundFunction {
    typealias Body = (Call) throws -> (any LuaConvertible)?

    /// How the first argument is treated.
    enum Receiver {
        /// It is the first argument like any other.
        case none
        /// It must be an object of this class, which the registry keeps alive.
        case object(Unmanaged<BoundClass>)
        /// It is there, but does not matter: the table of a callable module.
        case ignored
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
    /// Names and checks of ``parameters``, in memory that calls read without counting references.
    private let names: UnsafeMutableBufferPointer<String>
    private let checks: UnsafeMutableBufferPointer<ArgumentCheck>

    /// Binds a declared function, or a method or operator of `owner`.
    init(_ function: Function, of owner: BoundClass? = nil, _ state: LuaState) {
        declaration = function
        let binary = Function.binaryOperators[function.name]
        let last = function.owner.split(separator: ".").last.map(String.init) ?? function.owner
        let plain = function.name == "__call" ? last : function.name
        name = binary ?? Function.unaryOperators[function.name] ?? plain
        qualifiedName = function.qualifiedName
        if let owner {
            receiver = binary == nil ? .object(Unmanaged.passUnretained(owner)) : .none
        } else {
            receiver = function.name == "__call" ? .ignored : .none
        }
        takesExtra = Function.unaryOperators[function.name] != nil
        self.state = state
        parameters = function.positional + function.options
        positionalCount = function.positional.count
        givesNothing = function.returns.values.isEmpty
        body = function.body
        (names, checks) = Self.prepare(parameters)
    }

    /// Binds the getter of a property.
    init(_ property: Property, of owner: BoundClass, _ state: LuaState) {
        declaration = nil
        receiver = .object(Unmanaged.passUnretained(owner))
        name = property.name
        qualifiedName = "\(owner.declaration.name).\(property.name)"
        takesExtra = true
        self.state = state
        parameters = []
        positionalCount = 0
        givesNothing = false
        body = property.body
        (names, checks) = Self.prepare([])
    }

    /// Binds a function that reads its arguments by their numbers.
    init(anonymous name: String, _ state: LuaState, _ body: @escaping Body) {
        declaration = nil
        receiver = .none
        self.name = name
        qualifiedName = name
        takesExtra = true
        self.state = state
        parameters = []
        positionalCount = -1
        givesNothing = false
        self.body = body
        (names, checks) = Self.prepare([])
    }

    deinit {
        names.deinitialize()
        names.deallocate()
        checks.deallocate()
    }

    private static func prepare(
        _ parameters: [Parameter]
    ) -> (UnsafeMutableBufferPointer<String>, UnsafeMutableBufferPointer<ArgumentCheck>) {
        let names = UnsafeMutableBufferPointer<String>.allocate(capacity: parameters.count)
        _ = names.initialize(from: parameters.map(\.name))
        let checks = UnsafeMutableBufferPointer<ArgumentCheck>.allocate(capacity: parameters.count)
        _ = checks.initialize(from: parameters.map(ArgumentCheck.init))
        return (names, checks)
    }

    /// Pushes the Lua function.
    func push(onto stack: LuaStack) throws(LuaError) {
        try stack.reserve(6)
        var block = nj_function()
        block.raw = positionalCount < 0
        block.takes_extra = takesExtra
        block.receiver = slot(at: 0) - 1
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
        let call = Call(raw, self, given: layout)
        do {
            if layout < 0 { throw misfit(raw, layout) }
            try check(raw, given: layout)
            let top = lua_gettop(raw)
            guard let result = try body(call) else {
                if givesNothing { return 0 }
                lua_pushnil(raw)
                return 1
            }
            // The body may have left working values; results are counted from here.
            if lua_gettop(raw) != top { lua_settop(raw, top) }
            if type(of: result) == LuaResults.self, let several = result as? LuaResults {
                try stack.reserve(several.values.count + 1)
                for value in several.values { try stack.push(value) }
                return Int32(several.values.count)
            }
            try stack.push(result)
            return 1
        } catch {
            return fail(error, stack)
        }
    }

    @inline(__always)
    private func check(_ raw: OpaquePointer, given: Int32) throws {
        var index = slot(at: 0)
        if case .object(let owner) = receiver {
            var id: UnsafeMutableRawPointer?
            let block = nj_to_object(raw, 1, &id)
            if block?.pointee.object == nil || id != owner.toOpaque() {
                throw badReceiver(raw, owner.takeUnretainedValue().declaration.name)
            }
        }
        for position in 0..<checks.count {
            switch checks[position].passes(raw, index) {
            case true?: break
            case nil where ArgumentCheck.passes(raw, index, as: parameters[position].type): break
            default: throw mismatch(raw, position, given: given)
            }
            index += 1
        }
    }

    /// Leaves the error for Lua on the stack and says of which kind it is.
    private func fail(_ error: any Error, _ stack: LuaStack) -> Int32 {
        switch error {
        case is Interrupted: return Int32(NJ_INTERRUPT)
        case let error as LuaError:
            if error.kind == .interrupted { return Int32(NJ_INTERRUPT) }
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
        if let found = ObjectReader.boundClass(raw, 1), found.bound.declaration.name == owner {
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
            let hint = Suggestion.hint(for: key, in: parameters.map(\.name))
            return ArgumentError(description: "unknown option '\(key)' to '\(name)'\(hint)")
        case NJ_GIVEN_TWICE:
            return ArgumentError(
                description: "option '\(key)' to '\(name)' was already given by position")
        case NJ_NOT_OPTIONS:
            let given = ArgumentText.describe(raw, -1)
            return ArgumentError(
                description: "bad argument #\(positionalCount + 1) to '\(name)'"
                    + " (options table expected, got \(given))")
        default:
            let most = positionalCount + (parameters.count > positionalCount ? 1 : 0)
            let given = lua_gettop(raw) - slot(at: 0) + 1
            return ArgumentError(
                description: "too many arguments to '\(name)' (at most \(most), got \(given))")
        }
    }

    /// The error for an argument of the wrong type or value.
    private func mismatch(_ raw: OpaquePointer, _ position: Int, given: Int32) -> ArgumentError {
        let detail = ArgumentText.mismatch(
            parameters[position].type, raw, slot(at: position), state.declarations.className)
        return error(at: position, given: given, detail)
    }

    /// The error for one argument, with what stands between the parentheses.
    func error(at position: Int, given: Int32, _ detail: String) -> ArgumentError {
        let isNamed = given & Int32(NJ_NAMED) != 0 && position >= given & Int32(NJ_NAMED - 1)
        let isOption = position >= positionalCount || isNamed
        let place = isOption ? "option '\(parameters[position].name)'" : "argument #\(position + 1)"
        return ArgumentError(description: "bad \(place) to '\(name)' (\(detail))")
    }
}

// MARK: Finding arguments

extension BoundFunction {
    /// The index on the stack of the parameter at `position`.
    @inline(__always)
    func slot(at position: Int) -> Int32 {
        if case .none = receiver { return Int32(position) + 1 }
        return Int32(position) + 2
    }

    /// The position of a parameter.
    @inline(__always)
    func position(of name: String) throws -> Int {
        for position in 0..<names.count where names[position] == name { return position }
        throw BindingError(
            "'\(qualifiedName)' reads '\(name)', which its declaration does not list")
    }

    @inline(__always)
    func check(at position: Int) -> ArgumentCheck { checks[position] }
}

/// A mistake in a declaration or body, not in a script.
struct BindingError: Error, CustomStringConvertible {
    let description: String

    init(_ problem: String) {
        description = "\(problem). This is a defect of the host: please report it with this message."
    }
}
