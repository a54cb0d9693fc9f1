import LuaHost
import Testing

@testable import NightjarLua

@Suite("The libraries of data and metrics")
struct LibraryTests {
    static let library: Library = {
        var library = SessionLibrary.library
        library.add(DataLibrary.library)
        library.add(MetricsLibrary.library)
        return library
    }()

    @Test("leave nothing undocumented")
    func documented() {
        #expect(Self.library.problems() == [])
        #expect(Self.library.functions.count > 60)
    }

    @Test("show examples that are Lua")
    func examples() throws {
        let state = try LuaState()
        let own = DataLibrary.library.functions + MetricsLibrary.library.functions
        for function in own where !function.example.isEmpty {
            let isChunk = (try? state.load(function.example)) != nil
            let isExpression = (try? state.load("return \(function.example)")) != nil
            #expect(isChunk || isExpression, "\(function.qualifiedName): \(function.example)")
        }
    }
}
