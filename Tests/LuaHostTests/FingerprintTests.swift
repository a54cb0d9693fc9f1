import Testing

@testable import LuaHost

@Suite("Fingerprints of functions")
struct FingerprintTests {
    private func fingerprint(_ text: String) throws -> UInt64? {
        let state = try LuaState()
        let values = try state.run(text)
        guard case .function(let function)? = values.first else { return nil }
        return function.fingerprint
    }

    static let code = """
        local up = 3
        return function(x, y)
          local function inner(z) return z * 2.5 + up, "text", nil, true, 1 << 40 end
          for i = 1, 10 do x = x + (inner(i) // 1) end
          return x, y, ("long text "):rep(3)
        end
        """

    @Test("do not change with names, comments and lines")
    func same() throws {
        let own = try #require(try fingerprint(Self.code))
        let other = Self.code.replacing("inner", with: "helper").replacing("  ", with: "\t")
        #expect(try fingerprint("-- a comment\n\n\n" + other) == own)
        #expect(try fingerprint(Self.code.replacing("up = 3", with: "up = 4")) == own)
    }

    static let changes = [
        ("2.5", "2.25"), ("text\"", "test\""), ("true", "false"), ("<< 40", "<< 41"),
        ("+ up", "- up"), ("1, 10", "1, 11"), ("long text ", "long text"), ("(x, y)", "(x, y, z)"),
    ]

    @Test("change with the code, also that of functions inside", arguments: changes)
    func different(_ change: (String, String)) throws {
        let changed = Self.code.replacing(change.0, with: change.1)
        #expect(changed != Self.code)
        let own = try #require(try fingerprint(Self.code))
        let other = try #require(try fingerprint(changed))
        #expect(own != other)
    }

    @Test("are not there for functions of the host")
    func host() throws {
        #expect(try fingerprint("return print") == nil)
    }
}
