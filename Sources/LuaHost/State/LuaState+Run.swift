// Running text.

import CLua
import CLuaBridge

extension LuaState {
    /// Makes Ctrl-C stop scripts, in every state of the process.
    ///
    /// Call it once, early.
    ///
    /// A second press that comes before the script has stopped says what it waits for, and a third
    /// ends the process with code 130.
    public static func handleInterrupts() { nj_handle_interrupts() }

    /// Lets a request to stop that comes before the next call from outside stop that call.
    ///
    /// Else it is taken for one that concerns something earlier, and forgotten.
    public func heedEarlierRequests() { host.pointee.heeds_earlier = true }

    /// The global variables.
    public var globals: LuaTable {
        get throws {
            try withStack { stack in
                lua_rawgeti(stack.raw, nj_registry, lua_Integer(LUA_RIDX_GLOBALS))
                guard case .table(let table) = LuaValue(stack, -1) else { throw LuaError.closed }
                return table
            }
        }
    }

    /// Compiles text, never bytecode, without running it.
    ///
    /// Messages call it `name`: `=name` is shown as it is, `@name` as a file.
    ///
    /// - Throws: ``LuaError`` of kind `syntax`.
    public func load(_ text: String, name: String = "=chunk") throws -> LuaFunction {
        try withStack { stack in
            var text = text
            let status = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    luaL_loadbufferx(stack.raw, $0.baseAddress, $0.count, name, "t")
                }
            }
            return try function(stack, status)
        }
    }

    /// Compiles a file of text, never bytecode, without running it.
    ///
    /// - Throws: ``LuaError`` when the file cannot be read or is not Lua.
    public func load(file path: String) throws -> LuaFunction {
        try withStack { try function($0, nj_load_file($0.raw, path)) }
    }

    private func function(_ stack: LuaStack, _ status: Int32) throws(LuaError) -> LuaFunction {
        guard status == LUA_OK, case .function(let function) = LuaValue(stack, -1) else {
            throw LuaError(taking: stack, status: status)
        }
        return function
    }

    /// Runs text and gives what it returns.
    ///
    /// - Throws: ``LuaError``.
    @discardableResult
    public func run(
        _ text: String, name: String = "=chunk", arguments: [String] = []
    ) throws -> [LuaValue] {
        try load(text, name: name).results(arguments)
    }

    /// Runs a file and gives what it returns.
    ///
    /// - Throws: ``LuaError``.
    @discardableResult
    public func run(file path: String, arguments: [String] = []) throws -> [LuaValue] {
        try load(file: path).results(arguments)
    }

    /// Runs text as a prompt does: an expression, also one behind statements, gives its values.
    ///
    /// - Throws: ``LuaError``.
    public func evaluate(_ text: String, name: String = "=repl") throws -> [LuaValue] {
        guard let form = parse(text), !form.expression.isEmpty else {
            return try run(text, name: name)
        }
        // A second result keeps a call from being a tail call, whose caller traces do not show.
        let values = try run("\(form.statements)return nil, \(form.expression)", name: name)
        return Array(values.dropFirst())
    }

    /// Whether text is the beginning of a chunk or expression rather than a whole or a wrong one.
    public func isIncomplete(_ text: String) -> Bool {
        guard let asExpression = syntaxError("return \(text)"), let asChunk = syntaxError(text)
        else { return false }
        return [asExpression, asChunk].contains { message in
            // A quoted string goes on in the next line only after a backslash.
            if message.hasSuffix("unfinished string near <eof>") { return text.hasSuffix("\\") }
            // Lua's own rule: the parser stumbled over the end of the text.
            return message.hasSuffix("<eof>")
        }
    }

    /// Why text is not Lua; nothing if it is.
    private func syntaxError(_ text: String) -> String? {
        do {
            _ = try load(text)
            return nil
        } catch {
            return "\((error as? LuaError)?.message ?? "\(error)")"
        }
    }

    /// The text of a value as `tostring` gives it; runs the script's own `__tostring` functions.
    public func describe(_ value: LuaValue) -> String {
        let text = try? withStack { stack in
            try stack.push(value)
            return stack.text(-1)
        }
        return text ?? value.typeName
    }
}
