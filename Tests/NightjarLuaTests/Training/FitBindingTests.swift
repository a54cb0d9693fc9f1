import Testing

@Suite("nj.fit")
struct FitBindingTests {
    static let refused = [
        Refusal(
            "nj.fit(net, all, { checkpoint = { dri = 'x' } })",
            "bad option 'checkpoint' to 'fit' (unknown field 'dri' (did you mean 'dir'?))"),
        Refusal(
            "nj.fit(net, all, { checkpoint = { dir = 'x', every = 2.5 } })",
            "bad option 'checkpoint' to 'fit'"
                + " (field 'every': number has no integer representation, got 2.5)"),
        Refusal(
            "nj.fit(net, all, { checkpoint = { 'x' } })",
            "bad option 'checkpoint' to 'fit'"
                + " (fields dir, every, epochs, best, last, overwrite expected, got number 1 as a key)"
        ),
        Refusal(
            "nj.fit(net, log:whole())",
            "bad argument #2 to 'fit'"
                + " (nj.Examples expected, got nj.Part; its method 'windows' makes one)"),
    ]

    @Test("says what is wrong with its arguments", arguments: refused)
    func refusal(_ refusal: Refusal) throws {
        #expect(try script().failure(refusal.text) == refusal.message)
    }

    @Test("survives windows that no memory can hold")
    func endlessWindows() throws {
        let script = try script()
        for use in ["nj.fit(net, long, { epochs = 1 })", "nj.evaluate(net, long, { 'mrr' })"] {
            let failure = script.failure(
                "local long = log:whole():windows{ length = math.maxinteger } \(use)")
            #expect(failure?.hasPrefix("no memory") == true)
        }
    }

    private func script() throws -> Script {
        let script = try Script()
        _ = try script.run(
            Script.smallLog + """
                net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
                all = log:whole():windows{ length = 3 }
                """)
        return script
    }
}
