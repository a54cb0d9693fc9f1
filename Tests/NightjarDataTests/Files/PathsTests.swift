import Testing

@testable import NightjarData

@Suite("Paths")
struct PathsTests {
    @Test(
        "come apart into folder, name and stem",
        arguments: [
            ("a/b.csv", "a", "b.csv", "b"), ("b", ".", "b", "b"),
            ("/b.tar.gz", "/", "b.tar.gz", "b.tar"),
            ("/x/y//", "/x", "y", "y"), ("/", "/", "", ""),
            ("a/.hidden", "a", ".hidden", ".hidden"),
        ])
    func parts(_ path: String, _ folder: String, _ name: String, _ stem: String) {
        #expect(Paths.folder(of: path) == folder)
        #expect(Paths.lastName(of: path) == name)
        #expect(Paths.stem(of: path) == stem)
    }

    @Test("join with one slash")
    func join() {
        #expect(Paths.join("a", "b") == "a/b")
        #expect(Paths.join("/", "b") == "/b")
    }

    @Test("list what is in a folder, and nothing of one that is not there")
    func names() throws {
        let folder = try TemporaryFolder()
        try folder.write("b", "")
        try folder.write("a/x", "")
        #expect(Paths.names(in: folder.path) == ["a", "b"])
        #expect(Paths.names(in: folder.path + "/none") == [])
        #expect(Paths.kind(of: folder.path) == .folder)
        #expect(Paths.kind(of: folder.path + "/b") == .file)
        #expect(Paths.kind(of: "/dev/null") == .other)
        #expect(Paths.kind(of: folder.path + "/none") == nil)
    }
}
