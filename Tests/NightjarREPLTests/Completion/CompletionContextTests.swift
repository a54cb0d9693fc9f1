import Testing

@testable import NightjarREPL

@Suite("What is being written")
struct CompletionContextTests {
    private func context(_ text: String) -> CompletionContext {
        CompletionContext(LexedForm(Array(text)), cursor: text.count)
    }

    private let lstm = Expression(root: .name("nj"), steps: [.field("models"), .field("lstm")])

    @Test("follows chains of names, calls and indices backwards")
    func chains() {
        func owner(_ text: String) -> Expression? {
            switch context(text).kind {
            case .field(let owner), .method(let owner): owner
            default: nil
            }
        }
        #expect(owner("x.") == Expression(root: .name("x")))
        #expect(owner("y = nj.models.lstm.a") == lstm)
        #expect(owner("f(1, g(2)):m") == Expression(root: .name("f"), steps: [.call]))
        #expect(
            owner("r.checkpoints[2]['k'](1).x")
                == Expression(
                    root: .name("r"),
                    steps: [.field("checkpoints"), .position(2), .field("k"), .call]))
        #expect(
            owner("o:split{ a = { 1 } }.")
                == Expression(root: .name("o"), steps: [.method("split"), .call]))
        #expect(owner("open 'a'\n:") == Expression(root: .name("open"), steps: [.call]))
        #expect(owner("('x'):") == Expression(root: .string))
        #expect(owner("(a or b):") == nil)
        #expect(owner("t[i].") == nil)
        #expect(owner("1 .. ") == nil)
    }

    @Test("knows keys in brackets from other strings")
    func keys() {
        let table = Expression(root: .name("t"), steps: [.field("a")])
        #expect(context("x = t.a['ke").kind == .key(of: table))
        #expect(context("t.a[\"").kind == .key(of: table))
        #expect(context("{ ['ke").kind == .string)
        #expect(context("t[i + 'ke").kind == .string)
        #expect(context("(a or b)['ke").kind == .string)
    }

    @Test("knows which argument of which call it is in")
    func arguments() {
        #expect(context("f(").argument?.place == .position(0))
        #expect(context("f(a, {1, 2}, g(3, 4), ").argument?.place == .position(3))
        #expect(context("nj.models.lstm{ di").argument == .init(callee: lstm, place: .optionName))
        #expect(
            context("nj.models.lstm{ dim = 4, hidden = ").argument
                == .init(callee: lstm, place: .option("hidden"), given: ["dim", "hidden"]))
        #expect(context("fit(a, b, { x = { y = 1 }, ").argument?.given == ["x"])
        #expect(context("fit(a, b, { x = { y = 1 }, ").argument?.place == .optionName)
        #expect(
            context("f{ a = 1, inner = { x = 1, y").argument
                == .init(
                    callee: Expression(root: .name("f")), place: .optionName, tables: ["inner"],
                    given: ["x"]))
        #expect(context("f{ a = { b = { ").argument?.tables == ["a", "b"])
        #expect(context("f(x, { { a = 1 }, { b = 'c").argument?.tables == [""])
        #expect(context("f(x, { { a = 1 }, { b = 'c").argument?.place == .option("b"))
        #expect(context("f{ g(1), { a = h[{ ").argument == nil)
        #expect(context("open 'ml").argument?.place == .position(0))
        #expect(context("open 'ml").kind == .string)
        #expect(context("f(a, \"x y").argument?.place == .position(1))
        #expect(context("f{ kind = 'a").argument?.place == .option("kind"))
        #expect(context("(a + ").argument == nil)
        #expect(context("x = { ").argument == nil)
        #expect(context("f(1) + ").argument == nil)
    }

    @Test("is silent in comments, numbers and long strings")
    func nothing() {
        for text in ["-- nj.", "--[[ nj.", "12", "0x1f", "[[nj."] {
            #expect(context(text).kind == .nothing, "\(text)")
        }
        #expect(context("-- over\nnj").kind == .name)
    }

    @Test("survives any text and any cursor")
    func anything() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "(", ")", "{", "}", "[", "]", ",", ".", ":", "a", "'", "=", " ", "1", "--", "\n",
        ]
        for _ in 0..<5_000 {
            let text = Array(
                (0..<12).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
            let cursor = Int.random(in: -2...text.count + 2, using: &generator)
            let context = CompletionContext(LexedForm(text), cursor: cursor)
            #expect(context.written.lowerBound >= 0 && context.written.upperBound <= text.count)
        }
    }
}
