// Text that was cut and can be put back.

/// The last texts that were cut, the newest last.
struct KillRing {
    private static let most = 30

    private var texts: [[Character]] = []
    /// How far back in the ring the text that was put back last is.
    private var age = 0

    /// Adds text; text cut right after other text joins it.
    mutating func add(_ text: [Character], joining: Join?) {
        guard !text.isEmpty else { return }
        age = 0
        switch (joining, texts.indices.last) {
        case (.before, let last?): texts[last] = text + texts[last]
        case (.after, let last?): texts[last] += text
        default:
            texts.append(text)
            if texts.count > Self.most { texts.removeFirst() }
        }
    }

    /// On which side text joins the one cut before.
    enum Join {
        case before, after
    }

    /// The newest text.
    mutating func newest() -> [Character]? {
        age = 0
        return texts.last
    }

    /// The text before the one given last; after the oldest, the newest again.
    mutating func older() -> [Character]? {
        guard !texts.isEmpty else { return nil }
        age = (age + 1) % texts.count
        return texts[texts.count - 1 - age]
    }
}
