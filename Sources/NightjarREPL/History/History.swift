// What was entered before.

/// Forms entered so far, oldest first.
struct History {
    private(set) var entries: [String]
    /// Gives the entries of earlier sessions, which are read when they are needed: a prompt should
    /// not wait for them.
    private var earlier: (() -> [String])?

    init(_ entries: [String] = []) { self.entries = entries }

    /// A history whose entries come from `earlier` when they are needed first.
    init(earlier: @escaping () -> [String]) {
        entries = []
        self.earlier = earlier
    }

    /// Makes sure that all entries are there.
    mutating func prepare() {
        guard let earlier else { return }
        entries = earlier()
        self.earlier = nil
    }

    /// Adds a form; false for one that is not worth it: empty, or the same as the last.
    mutating func add(_ entry: String) -> Bool {
        prepare()
        guard !entry.allSatisfy(\.isWhitespace), entry != entries.last else { return false }
        entries.append(entry)
        return true
    }

    /// The nearest entry before `position` that `matches`.
    func older(than position: Int, where matches: (String) -> Bool) -> Int? {
        entries.prefix(max(0, position)).lastIndex(where: matches)
    }

    /// The nearest entry behind `position` that `matches`.
    func newer(than position: Int, where matches: (String) -> Bool) -> Int? {
        guard position + 1 < entries.count else { return nil }
        return entries[max(0, position + 1)...].firstIndex(where: matches)
    }

    /// The entry at a position.
    func entry(at position: Int) -> String? {
        entries.indices.contains(position) ? entries[position] : nil
    }
}

/// Walking through the history with the arrows.
struct HistoryWalk {
    /// What was being typed when the walk began; only entries that begin so are visited.
    let draft: String
    /// The entry on screen, if the walk put one there.
    private(set) var recalled: String?
    private var position: Int

    init(_ history: History, draft: String) {
        self.draft = draft
        position = history.entries.count
    }

    /// The next older entry, other than the text on screen.
    mutating func older(in history: History, than shown: String) -> String? {
        step(history.older(than: position) { $0.hasPrefix(draft) && $0 != shown }, history)
    }

    /// The next newer entry; the draft itself after the newest.
    mutating func newer(in history: History, than shown: String) -> String? {
        if let entry = step(
            history.newer(than: position) { $0.hasPrefix(draft) && $0 != shown }, history)
        {
            return entry
        }
        guard position < history.entries.count else { return nil }
        position = history.entries.count
        recalled = draft
        return draft
    }

    private mutating func step(_ index: Int?, _ history: History) -> String? {
        guard let index else { return nil }
        position = index
        recalled = history.entry(at: index)
        return recalled
    }
}

/// Looking for a part of an earlier form, letter by letter.
struct HistorySearch {
    /// What is looked for.
    private(set) var query = ""
    /// The entry found.
    private(set) var position: Int?
    /// Whether nothing older (or newer) contains the query.
    private(set) var hasFailed = false

    /// Adds letters to the query; the entry found stays if it still matches.
    mutating func extend(_ text: String, in history: History) {
        query += text
        look(history.older(than: (position ?? history.entries.count - 1) + 1, where: matches))
    }

    /// Takes the last letter back and starts again from the newest entry.
    mutating func shorten(in history: History) {
        query = String(query.dropLast())
        position = nil
        hasFailed = false
        if !query.isEmpty { look(history.older(than: history.entries.count, where: matches)) }
    }

    /// Goes to the next older entry that contains the query.
    mutating func older(in history: History) {
        let shown = position.flatMap(history.entry)
        let start = position ?? history.entries.count
        look(history.older(than: start) { matches($0) && $0 != shown })
    }

    /// Goes to the next newer entry that contains the query.
    mutating func newer(in history: History) {
        let shown = position.flatMap(history.entry)
        guard let position else { return }
        look(history.newer(than: position) { matches($0) && $0 != shown })
    }

    private func matches(_ entry: String) -> Bool { query.isEmpty || entry.contains(query) }

    private mutating func look(_ found: Int?) {
        hasFailed = found == nil
        position = found ?? position
    }
}
