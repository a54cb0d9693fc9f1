// What an editor needs to complete and check scripts.

import LuaHost

/// Renders everything declared as a definition file of the Lua language server.
public struct EditorDefinitions {
    private let words: ReferenceText
    private var library: Library { words.library }

    /// Creates a renderer for a library.
    public init(_ library: Library) { words = ReferenceText(library) }

    /// The whole file.
    public func text() -> String {
        let parts = library.modules.map(definition) + library.classes.map(definition)
        return (["---@meta"] + parts).joined(separator: "\n\n") + "\n"
    }

    private func definition(_ module: Module) -> String {
        var lines = ["---\(module.summary)", "---@class \(module.name)"]
        for constant in module.constants {
            lines.append(field(constant.name, constant.type, constant.summary))
        }
        let functions = library.functions(of: module.name)
        for call in functions where call.name == "__call" {
            let inputs = (call.positional + call.options).isEmpty ? "" : "...: any"
            lines.append("---@overload fun(\(inputs)): \(result(call))")
        }
        lines.append("\(module.name) = {}")
        let named = functions.filter { $0.name != "__call" }.map { definition($0, on: module.name) }
        return ([lines.joined(separator: "\n")] + named).joined(separator: "\n\n")
    }

    private func definition(_ item: Class) -> String {
        var lines = ["---\(item.summary)", "---@class \(item.name)"]
        for property in item.properties {
            lines.append(field(property.name, property.type, property.summary))
        }
        let methods = library.functions(of: item.name)
        for method in methods {
            guard let name = Self.operators[method.name] else { continue }
            let other = method.positional.last.map { "(\(words.annotation($0.type)))" } ?? ""
            lines.append("---@operator \(name)\(other): \(result(method))")
        }
        let variable = item.name.map { $0 == "." ? "_" : String($0) }.joined()
        lines.append("local \(variable) = {}")
        let plain = methods.filter { !$0.name.hasPrefix("__") }
        return ([lines.joined(separator: "\n")] + plain.map { definition($0, on: variable) })
            .joined(separator: "\n\n")
    }

    private func definition(_ function: Function, on owner: String) -> String {
        var lines: [String] = []
        let options = function.owner + "." + function.name + ".Options"
        if !function.options.isEmpty {
            lines.append("---@class \(options)")
            for option in function.options {
                let name = option.isRequired ? option.name : option.name + "?"
                let defaultValue = option.defaultValue.map { " (default \($0))" } ?? ""
                lines.append(field(name, option.type, option.summary + defaultValue))
            }
            lines.append("")
        }
        lines.append("---\(function.summary)")
        for parameter in function.positional {
            let name = parameter.isRequired ? parameter.name : parameter.name + "?"
            lines.append(
                "---@param \(name) \(words.annotation(parameter.type)) \(parameter.summary)")
        }
        if !function.options.isEmpty {
            let isOptional = !function.options.contains(where: \.isRequired)
            lines.append("---@param options\(isOptional ? "?" : "") \(options)")
        }
        for value in function.returns.values {
            lines.append("---@return \(words.annotation(value.type)) # \(value.summary)")
        }
        let names = function.positional.map(\.name) + (function.options.isEmpty ? [] : ["options"])
        let separator = function.isMethod ? ":" : "."
        lines.append(
            "function \(owner)\(separator)\(function.name)(\(names.joined(separator: ", "))) end")
        return lines.joined(separator: "\n")
    }

    private func field(_ name: String, _ type: LuaType, _ summary: String) -> String {
        "---@field \(name) \(words.annotation(type)) \(summary)"
    }

    private func result(_ function: Function) -> String {
        function.returns.values.first.map { words.annotation($0.type) } ?? "nil"
    }

    /// The operators that the language server knows, by the names of their metamethods.
    private static let operators = [
        "__add": "add", "__sub": "sub", "__mul": "mul", "__div": "div", "__mod": "mod",
        "__pow": "pow", "__idiv": "idiv", "__concat": "concat", "__unm": "unm", "__len": "len",
        "__call": "call",
    ]
}
