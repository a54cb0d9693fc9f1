import Testing

@testable import NightjarData

@Suite("A whole log")
struct WholeLogTests {
    @Test("is a training side in which every row sees all earlier ones")
    func whole() throws {
        let log = try mixedLog()
        let part = log.whole()
        #expect(part.role == .train)
        #expect(part.rows == (0..<Int32(log.count)).map { $0 })
        let windows = try part.windows(length: log.count + 1)
        for (index, user) in log.users.enumerated().prefix(100) {
            let earlier = (0..<index).filter { log.users[$0] == user }.map { log.items[$0] }
            #expect(try windows.history(of: index) == earlier)
        }
    }
}
