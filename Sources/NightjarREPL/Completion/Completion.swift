// What a half-written text can become.

/// A way to go on.
struct Candidate: Equatable, Sendable {
    /// What replaces the half-written part.
    var text: String
    /// What the menu shows, when it is not the text itself.
    var label: String?
    /// One line on what it is; may be empty.
    var summary = ""

    init(_ text: String, label: String? = nil, summary: String = "") {
        self.text = text
        self.label = label
        self.summary = summary
    }

    /// The name in the menu.
    var title: String { label ?? text }
}

/// All ways to go on at a place.
struct Completion: Equatable, Sendable {
    /// The part of the text that a candidate replaces.
    var range: Range<Int>
    /// The candidates, best first.
    var candidates: [Candidate]

    /// Nothing at a position.
    static func none(at position: Int) -> Completion {
        Completion(range: position..<position, candidates: [])
    }

    /// What all candidates begin with.
    var commonPrefix: String {
        guard var prefix = candidates.first?.text else { return "" }
        for candidate in candidates.dropFirst() {
            let count = zip(prefix, candidate.text).prefix { $0 == $1 }.count
            prefix = String(prefix.prefix(count))
        }
        return prefix
    }
}
