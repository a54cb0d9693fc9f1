// Whether an argument is what its declaration says, decided without allocating anything.

import CLua
import CLuaBridge

/// A ``Parameter`` prepared for checking: plain memory without references, as this runs on every
/// call.
struct ArgumentCheck: BitwiseCopyable {
    fileprivate enum Kind: UInt8 {
        case any, boolean, integer, number, string, table, function, object, slow
    }

    fileprivate var kind: Kind
    fileprivate let isRequired: Bool
    fileprivate var allowsNaN = false
    fileprivate var excludesLow = false
    fileprivate var excludesHigh = false
    fileprivate var lowInteger = Int.min
    fileprivate var highInteger = Int.max
    fileprivate var lowNumber = -Double.infinity
    fileprivate var highNumber = Double.infinity
    /// Lua types, as bits, of which every value will do where the kind alone does not say.
    fileprivate var certainTypes = 0
    /// What the argument is when it is left out.
    private(set) var defaultInteger = 0
    private(set) var defaultNumber = 0.0
    let hasDefault: Bool
    /// The Swift type of an object.
    fileprivate var objectType: ObjectIdentifier?

    /// Whether the argument, once checked, is a number or nil, and so no string that looks like one.
    @inline(__always)
    var isNumeric: Bool { kind == .integer || kind == .number }

    init(_ parameter: Parameter) {
        isRequired = parameter.isRequired
        hasDefault = parameter.defaultValue != nil
        switch parameter.defaultValue {
        case .integer(let value):
            defaultInteger = value
            defaultNumber = Double(value)
        case .number(let value): defaultNumber = value
        case .boolean(let value): defaultInteger = value ? 1 : 0
        case .string, nil: break
        }
        switch parameter.type {
        case .any: kind = .any
        case .boolean: kind = .boolean
        case .string: kind = .string
        // A table with declared fields is checked field by field.
        case .table(let fields) where !fields.isEmpty: kind = .slow
        case .table, .list: kind = .table
        case .function: kind = .function
        case .choice: kind = .slow
        case .either(let types):
            kind = .slow
            certainTypes = types.reduce(0) { $0 | Self.certainTypes(of: $1) }
        case .object(let type):
            kind = .object
            objectType = type.id
        case .integer(let limits):
            kind = .integer
            lowInteger = limits.low ?? .min
            highInteger = limits.high ?? .max
            // Over the integers, an excluded end is the next one inwards.
            if limits.excludesLow { lowInteger = lowInteger &+ 1 }
            if limits.excludesHigh { highInteger = highInteger &- 1 }
        case .number(let limits, let allowsNaN):
            kind = .number
            self.allowsNaN = allowsNaN
            lowNumber = limits.low ?? -.infinity
            highNumber = limits.high ?? .infinity
            excludesLow = limits.excludesLow
            excludesHigh = limits.excludesHigh
        }
    }

    /// Lua types, as bits, of which every value is one of `type`.
    private static func certainTypes(of type: LuaType) -> Int {
        switch type {
        case .boolean: 1 << LUA_TBOOLEAN
        case .number(let limits, true) where limits.condition == nil: 1 << LUA_TNUMBER
        case .string: 1 << LUA_TSTRING
        case .list: 1 << LUA_TTABLE
        case .table(let fields) where fields.isEmpty: 1 << LUA_TTABLE
        case .function: 1 << LUA_TFUNCTION
        case .either(let types): types.reduce(0) { $0 | certainTypes(of: $1) }
        default: 0
        }
    }

    /// Whether the value at `index` is one of `type`.
    static func passes(_ raw: OpaquePointer, _ index: Int32, as type: LuaType) -> Bool {
        let kind = lua_type(raw, index)
        switch type {
        case .any: return true
        case .boolean: return kind == LUA_TBOOLEAN
        case .string: return kind == LUA_TSTRING
        case .table(let fields) where !fields.isEmpty:
            return kind == LUA_TTABLE && FieldMisfit(raw, index, fields) == nil
        case .table, .list: return kind == LUA_TTABLE
        case .function: return kind == LUA_TFUNCTION
        case .integer(let limits):
            return ListReader.integer(raw, index).map { limits.contains($0) } ?? false
        case .number(let limits, let allowsNaN):
            guard let value = ListReader.number(raw, index) else { return false }
            return value.isNaN ? allowsNaN : limits.contains(value)
        case .choice(let choices):
            guard kind == LUA_TSTRING else { return false }
            return LuaString.withBytes(raw, index) { bytes in
                choices.contains { $0.utf8.elementsEqual(bytes) }
            }
        case .either(let types): return types.contains { passes(raw, index, as: $0) }
        case .object(let type):
            guard let (bound, isReleased) = LuaStack(raw).boundClass(index), !isReleased
            else { return false }
            if bound.declaration.type.id == type.id { return true }
            return LuaStack(raw).object(index, as: Any.self).map { type.matches($0) } ?? false
        }
    }
}

/// Reads only what it needs: a check is more than a cache line.
extension UnsafeMutablePointer<ArgumentCheck> {
    /// Whether the value at `index` will do; nothing if ``passes(_:_:as:)`` must decide.
    @inline(__always)
    func passes(_ raw: OpaquePointer, _ index: Int32) -> Bool? {
        let type = lua_type(raw, index)
        if type == LUA_TNIL { return !pointee.isRequired || pointee.kind == .any }
        switch pointee.kind {
        case .any: return true
        case .boolean: return type == LUA_TBOOLEAN
        case .string: return type == LUA_TSTRING
        case .table: return type == LUA_TTABLE
        case .function: return type == LUA_TFUNCTION
        case .integer:
            var isInteger: Int32 = 0
            guard type == LUA_TNUMBER else { return false }
            let value = Int(lua_tointegerx(raw, index, &isInteger))
            return isInteger != 0 && value >= pointee.lowInteger && value <= pointee.highInteger
        case .number:
            guard type == LUA_TNUMBER else { return false }
            let value = lua_tonumberx(raw, index, nil)
            if value.isNaN { return pointee.allowsNaN }
            let isAbove =
                pointee.excludesLow ? value > pointee.lowNumber : value >= pointee.lowNumber
            return isAbove
                && (pointee.excludesHigh ? value < pointee.highNumber : value <= pointee.highNumber)
        case .object:
            guard let block = nj_object_at(raw, index), block.pointee.held != nil else {
                return false
            }
            let found = Unmanaged<BoundClass>.fromOpaque(block.pointee.class_id)
                ._withUnsafeGuaranteedRef { $0.type }
            return found == pointee.objectType ? true : nil
        case .slow: return pointee.certainTypes >> type & 1 == 1 ? true : nil
        }
    }
}

/// Where the arguments of a function are and how they are checked: plain memory, so that reading an
/// argument counts no references.
struct ArgumentFrame: BitwiseCopyable {
    /// The words of a `String`, which are equal for equal short names.
    private typealias NameWords = (UInt64, UInt64)

    private let names: UnsafeMutablePointer<NameWords>
    private let checks: UnsafeMutablePointer<ArgumentCheck>
    let count: Int
    /// The index on the stack of the first declared argument.
    let firstSlot: Int32

    /// Takes memory that ``deallocate()`` gives back; `parameters` must live as long.
    init(_ parameters: [Parameter], firstSlot: Int32) {
        count = parameters.count
        self.firstSlot = firstSlot
        names = .allocate(capacity: count)
        checks = .allocate(capacity: count)
        for (position, parameter) in parameters.enumerated() {
            (names + position).initialize(to: unsafeBitCast(parameter.name, to: NameWords.self))
            (checks + position).initialize(to: ArgumentCheck(parameter))
        }
    }

    func deallocate() {
        names.deallocate()
        checks.deallocate()
    }

    /// The position of a parameter with a short name; nothing for others, which
    /// ``BoundFunction/position(of:)`` finds.
    @inline(__always)
    func position(of name: String) -> Int? {
        let words = unsafeBitCast(name, to: NameWords.self)
        for position in 0..<count where names[position] == words { return position }
        return nil
    }

    /// The index on the stack of the parameter at `position`.
    @inline(__always)
    func slot(at position: Int) -> Int32 { firstSlot + Int32(truncatingIfNeeded: position) }

    @inline(__always)
    func check(at position: Int) -> UnsafeMutablePointer<ArgumentCheck> {
        assert(position < count)
        return checks + position
    }

    @inline(__always)
    func passes(_ raw: OpaquePointer, at position: Int) -> Bool? {
        (checks + position).passes(raw, slot(at: position))
    }
}
