import Testing

@testable import NightjarREPL

@Suite("Brackets and indentation")
struct BracketsTests {
    private func brackets(_ text: String) -> Brackets {
        LexedForm(Array(text)).brackets
    }

    @Test("find their partners, not in strings and comments")
    func partners() {
        let found = brackets("f({ ')', [1] = 2 --[[ ] ]] })")
        #expect(found.partner(of: 1) == 28)
        #expect(found.partner(of: 2) == 27)
        #expect(found.partner(of: 9) == 11)
        #expect(found.wrong.isEmpty && found.open.isEmpty)
    }

    @Test("without a partner are told")
    func lonely() {
        #expect(brackets("f(]").wrong == [2])
        #expect(brackets("f(]").open == [1])
        #expect(brackets(")").wrong == [0])
        #expect(brackets("((").open == [0, 1])
    }

    @Test("are shown for the cursor behind or under one")
    func pairs() {
        let found = brackets("(a)")
        #expect(found.pair(at: 0).sorted() == [0, 2])
        #expect(found.pair(at: 1).sorted() == [0, 2])
        #expect(found.pair(at: 2).sorted() == [0, 2])
        #expect(found.pair(at: -1).isEmpty)
    }

    @Test(
        "indent by two for each block",
        arguments: [
            ("for i = 1, 2 do\n", 2), ("if a then\n  b()\nelse\n", 2), ("if a then\nelse", 0),
            ("f({\n", 2), ("f({\n})", 0), ("x = 1\n", 0), ("while a do if b then\n", 2),
            ("f(\n  g({\n", 4),
            ("while a do\nend", 0), ("end end\n", 0), ("repeat\nuntil x", 0),
            ("if a then\nelseif b then\n", 2), ("function f()\n  return 1\nend", 0),
        ])
    func indentation(_ text: String, _ spaces: Int) {
        let text = Array(text)
        let start = text.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        #expect(Indentation.spaces(LexedForm(text), lineAt: start) == spaces)
    }
}
