import Testing

@testable import NightjarRuntime

@Suite("Shortened texts")
struct ShorteningTests {
    @Test(
        "have at most as many characters as asked for, and end in an ellipsis when cut",
        arguments: [
            ("Heat", 5, "Heat"), ("Heat", 4, "Heat"), ("Heat", 3, "He…"), ("Heat", 1, "…"),
            ("Heat", 0, ""), ("Heat", -1, ""), ("", 0, ""), ("Amélie", 4, "Amé…"),
        ])
    func shortened(_ text: String, _ limit: Int, _ expected: String) {
        #expect(text.shortened(to: limit) == expected)
    }
}
