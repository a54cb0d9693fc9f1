import NightjarRuntime
import Testing

@Suite("Suggestion")
struct SuggestionTests {
    static let names = ["epochs", "seed", "lr", "io", "at", "on_epoch", "string", "batch"]

    @Test(
        "is the nearest name within reach",
        arguments: [
            ("epoch", "epochs"), ("sede", "seed"), ("Seed", "seed"), ("strng", "string"),
            ("sting", "string"), ("gnirts", nil), ("foo", nil), ("a", nil), ("l", nil),
            ("", nil), ("bacth", "batch"), ("hidden", nil), ("xy", nil), ("see", "seed"),
            ("on_epcoh", "on_epoch"),
        ] as [(String, String?)])
    func nearest(_ name: String, _ expected: String?) {
        #expect(Suggestion.nearest(to: name, in: Self.names) == expected)
    }

    @Test("reads as the end of a message")
    func hint() {
        #expect(Suggestion.hint(for: "epoch", in: Self.names) == " (did you mean 'epochs'?)")
        #expect(Suggestion.hint(for: "foo", in: Self.names) == "")
    }
}
