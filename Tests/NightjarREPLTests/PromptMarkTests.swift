import Testing

@testable import NightjarREPL

@Suite("Text from the clipboard")
struct PromptMarkTests {
    @Test("that is a dialogue is what was typed in it")
    func dialogue() {
        let text = """

            nj> x = 1
            nj> x
            1
            nj> function f()
            ...   return x
            ... 
            ... end

            nj> f()
            """
        #expect(
            PromptMark.typed(in: text)
                == "x = 1\nx\nfunction f()\n  return x\n\nend\nf()")
    }

    @Test("may begin with the greeting of the prompt")
    func greeting() {
        let text = "nightjar 0.1.0  Lua 5.4  OpenBLAS Haswell x2  ? for help\nnj> 1 + 1\n2\n"
        #expect(PromptMark.typed(in: text) == "1 + 1")
    }

    @Test(
        "that is no dialogue stays",
        arguments: ["nightjar = 1", "x = 1\nnj> y", "  nj> x", "nj>x", "", "\n\n"])
    func plain(_ text: String) {
        #expect(PromptMark.typed(in: text) == text)
    }

    @Test("reaches the form without marks")
    func paste() {
        var typist = Typist(language: EditorLanguage(pasted: PromptMark.typed(in:)))
        typist.paste("nj> x = 1\nnj> x\n1\n")
        typist.type("\r")
        #expect(typist.submitted == ["x = 1\nx"])
    }
}
