// Arguments that are lists; their elements are checked when they are read.

import CLua
import NightjarRuntime

extension Call {
    /// A list of numbers; empty when it was left out.
    ///
    /// - Throws: When an element is no number.
    public func numbers(_ name: String) throws -> [Double] {
        try list(name) { try $0.numbers() }
    }

    /// A list of numbers in single precision; empty when it was left out.
    ///
    /// - Throws: When an element is no number.
    public func floats(_ name: String) throws -> [Float] { try list(name) { try $0.floats() } }

    /// A list of whole numbers; empty when it was left out.
    ///
    /// - Throws: When an element is none, or out of the declared range.
    public func integers(_ name: String) throws -> [Int] {
        let integers = try list(name) { try $0.integers() }
        if case .list(.integer(let limits)) = try parameter(name).type, limits.condition != nil,
            let wrong = integers.firstIndex(where: { !limits.contains($0) })
        {
            let position = try position(of: name)
            let detail = "must be \(limits.condition ?? "") at [\(wrong + 1)]"
            throw bound.error(at: position, given: given, "\(detail), got \(integers[wrong])")
        }
        return integers
    }

    /// A list of texts; empty when it was left out.
    ///
    /// - Throws: When an element is no string in UTF-8, or none of the declared choices.
    public func strings(_ name: String) throws -> [String] {
        let strings = try list(name) { try $0.strings() }
        if case .list(.choice(let choices)) = try parameter(name).type,
            let wrong = strings.firstIndex(where: { !choices.contains($0) })
        {
            let position = try position(of: name)
            let hint = Suggestion.hint(for: strings[wrong], in: choices)
            throw bound.error(
                at: position, given: given, "'\(strings[wrong])' is no choice\(hint)")
        }
        return strings
    }

    /// A list of objects; empty when it was left out.
    ///
    /// - Throws: When an element is no object that is a `T`.
    public func objects<T>(_ name: String, as type: T.Type) throws -> [T] {
        guard case .list(let element) = try parameter(name).type else {
            throw BindingError("'\(bound.qualifiedName)' does not declare '\(name)' as a list")
        }
        let expected = element.name(bound.state.declarations.className)
        return try list(name) { list in
            try list.read(expected) { stack.object($0, as: type) }
        }
    }

    /// Numbers in nested lists of equal lengths, such as a matrix by rows.
    ///
    /// - Throws: When lengths differ or an element is no number.
    public func nestedNumbers(_ name: String) throws -> NestedNumbers {
        let position = try position(of: name)
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        do {
            return try NestedNumbers(stack, frame.slot(at: position))
        } catch let fault as ElementFault {
            throw bound.error(at: position, given: given, fault.description)
        }
    }

    private func list<Element>(
        _ name: String, _ read: (ListReader) throws -> [Element]
    ) throws -> [Element] {
        let position = try position(of: name)
        let index = frame.slot(at: position)
        guard lua_type(raw, index) == LUA_TTABLE else { return [] }
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        do {
            return try read(ListReader(stack, index))
        } catch let fault as ElementFault {
            throw bound.error(at: position, given: given, fault.description)
        }
    }
}
