import LuaHost
import Testing

@testable import NightjarLua

@Suite("nj.points and triangular solves")
struct PointsLibraryTests {
    @Test("leave nothing undocumented")
    func documented() {
        for own in [PointsLibrary.library, PlotLibrary.library] {
            var library = Library(modules: [SessionLibrary.module])
            library.add(own)
            #expect(library.problems() == [])
        }
    }

    @Test(
        "give what they say",
        arguments: [
            (
                "return nj.points.distances({ { 0, 0 } }, { { 3, 4 }, { 0, 1 } })",
                "Tensor 1x2 f32\n  5  1"
            ),
            (
                "local near, which = nj.points.neighbours({ { 0 } }, { { 5 }, { 1 }, { 2 } }, { k = 2 })"
                    + " return near, table.concat(which[1], ' ')",
                "Tensor 1x2 f32\n  1  2 2 3"
            ),
            (
                "local found = nj.points.kmeans({ { 0 }, { 1 }, { 9 } }, { k = 2 })"
                    + " local a = found.assignments"
                    + " return a[1] == a[2], a[1] ~= a[3], found.inertia, found.converged",
                "true true 0.5 true"
            ),
            (
                "local t = nj.points.sinkhorn({ { 0, 1 } }, { targets = { 1, 3 }, epsilon = 0.01 })"
                    + " return math.abs(t.cost - 0.75) < 1e-6, t.converged, #t.f, #t.g",
                "true true 1 2"
            ),
            (
                "return nj.linalg.solve_triangular({ { 2, 9 }, { 1, 4 } }, { 2, 5 })",
                "Tensor 2 f32\n  1  1"
            ),
            (
                "return nj.linalg.solve_triangular({ { 2, 1 }, { 9, 4 } }, { 3, 4 }, { upper = true })",
                "Tensor 2 f32\n  1  1"
            ),
            (
                "return nj.linalg.solve_triangular({ { 2, 9 }, { 1, 4 } }, { 3, 4 }, { transpose = true })",
                "Tensor 2 f32\n  1  1"
            ),
        ])
    func values(_ text: String, _ expected: String) throws {
        #expect(try Script().run(text) == expected)
    }

    @Test(
        "say what is wrong",
        arguments: [
            ("nj.points.kmeans({ { 1 } }, { k = 2 })", "Give 1 to 1."),
            ("nj.points.neighbours({ { 1 } }, { { 1 } }, { k = 3 })", "Give 1 to 1."),
            ("nj.points.distances({ { 1 } }, { { 1, 2 } })", "do not fit"),
            ("nj.points.sinkhorn({ { 1 } }, { sources = { 0 } })", "not above 0"),
            ("nj.linalg.solve_triangular({ { 0, 0 }, { 0, 1 } }, { 1, 1 })", "diagonal is 0"),
            ("nj.plot.lines('x.txt', { { name = 'a', x = { 1 }, y = { 1 } } })", "end in .svg"),
            ("nj.plot.lines('x.svg', { 3 })", "Give a table with name, x and y."),
        ])
    func refusals(_ text: String, _ words: String) throws {
        let message = try #require(try Script().failure(text))
        #expect(message.contains(words), "\(message)")
    }
}
