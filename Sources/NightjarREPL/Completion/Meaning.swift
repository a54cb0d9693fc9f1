// What an expression stands for, found without running it.

import LuaHost

/// What is known of an expression: a value that is there, or what declarations say of it.
enum Meaning {
    case value(LuaValue)
    case type(LuaType)
    case function(Function)
}

/// Follows expressions through raw tables and declarations; no Lua code and no getter runs.
struct MeaningFinder {
    /// Tables that are looked at when one stands in for the fields of another.
    static let longestChain = 8

    let state: LuaState

    /// What an expression stands for.
    func meaning(of expression: Expression) -> Meaning? {
        var meaning: Meaning?
        switch expression.root {
        case .name(let name):
            let value = try? state.globals.get(name)
            meaning = value.flatMap { $0.isNil ? nil : .value($0) }
        case .string: meaning = .type(.string)
        }
        for step in expression.steps {
            meaning = meaning.flatMap { follow(step, from: $0) }
        }
        return meaning
    }

    /// The declared function that calling an expression runs.
    func function(of expression: Expression) -> Function? {
        meaning(of: expression).flatMap(function)
    }

    private func function(of meaning: Meaning) -> Function? {
        switch meaning {
        case .function(let function): function
        case .value(.function(let function)): function.declaration
        case .value(.table(let table)):
            moduleName(table).flatMap { state.declarations.function($0) }
        default: nil
        }
    }

    private func follow(_ step: Expression.Step, from meaning: Meaning) -> Meaning? {
        switch step {
        case .field(let name): field(name, of: meaning)
        case .method(let name): method(name, of: meaning)
        case .call:
            function(of: meaning).flatMap { $0.returns.values.first.map { .type($0.type) } }
        case .position(let position):
            switch meaning {
            case .value(.table(let table)): (try? table.get(position)).map { .value($0) }
            case .type(.list(let element)): .type(element)
            default: nil
            }
        }
    }

    private func field(_ name: String, of meaning: Meaning) -> Meaning? {
        switch meaning {
        case .value(.table(let table)): return member(name, of: table)
        case .type(.table(let fields)):
            return fields.first { $0.name == name }.map { .type($0.type) }
        default:
            let property = declaredClass(of: meaning)?.properties.first { $0.name == name }
            return property.map { .type($0.type) }
        }
    }

    private func method(_ name: String, of meaning: Meaning) -> Meaning? {
        if case .value(.table(let table)) = meaning { return member(name, of: table) }
        if isString(meaning) { return stringLibrary.flatMap { member(name, of: $0) } }
        return declaredClass(of: meaning)
            .flatMap { state.declarations.function("\($0.name):\(name)") }.map { .function($0) }
    }

    private func member(_ name: String, of table: LuaTable) -> Meaning? {
        for table in chain(from: table) {
            if let value = try? table.get(name), !value.isNil { return .value(value) }
        }
        return nil
    }

    /// A table and those in which Lua looks for what it lacks.
    func chain(from table: LuaTable) -> [LuaTable] {
        var tables = [table]
        while tables.count < Self.longestChain, let last = tables.last,
            let next = try? last.fallback()
        {
            tables.append(next)
        }
        return tables
    }

    /// The class of what is, or will be, an object.
    func declaredClass(of meaning: Meaning) -> Class? {
        switch meaning {
        case .value(.object(let handle)): state.declarations.declaredClass(handle.typeName)
        case .type(let type): declaredClass(of: type)
        default: nil
        }
    }

    private func declaredClass(of type: LuaType) -> Class? {
        switch type {
        case .object(let object):
            state.declarations.declaredClass(state.declarations.className(object))
        case .either(let types): types.lazy.compactMap(declaredClass).first
        default: nil
        }
    }

    func isString(_ meaning: Meaning) -> Bool {
        switch meaning {
        case .value(.string), .type(.string), .type(.choice): true
        default: false
        }
    }

    /// Lua's own functions on strings.
    var stringLibrary: LuaTable? {
        guard case .table(let table)? = try? state.globals.get("string") else { return nil }
        return table
    }

    /// The name of the declared module that a table is.
    func moduleName(_ table: LuaTable) -> String? {
        guard let name = try? table.metatable()?.get("__name").text,
            state.declarations.module(name) != nil
        else { return nil }
        return name
    }
}
