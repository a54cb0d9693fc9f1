// The editor as a state machine: keys in, text and frames out.

/// Edits one form after another; knows nothing of terminals.
struct LineEditor {
    /// What follows from a key.
    enum Outcome: Equatable {
        /// The form goes on.
        case editing
        /// The form is whole.
        case submitted(String)
        /// Ctrl-C: the form was dropped.
        case interrupted
        /// Ctrl-D on an empty form: there is no more.
        case end
        /// Ctrl-Z: the process shall stop for a while.
        case suspended
        /// Ctrl-L: the screen shall be empty but for the form.
        case cleared
    }

    private(set) var buffer = EditBuffer()
    private(set) var menu: CompletionMenu?
    private(set) var search: HistorySearch?
    private var history: History
    private var walk: HistoryWalk?
    private let language: EditorLanguage
    /// Whether Ctrl-X was pressed, which begins a sequence of two keys.
    private var hasPrefix = false
    /// Whether the next character is text, whatever it is.
    private var quotesNext = false

    init(history: History = History(), language: EditorLanguage = EditorLanguage()) {
        self.history = history
        self.language = language
    }

    /// Begins the next form.
    mutating func begin() {
        buffer.reset()
        menu = nil
        search = nil
        walk = nil
        hasPrefix = false
        quotesNext = false
    }

    /// Keeps a form for recall; false if it is not worth keeping.
    mutating func remember(_ form: String) -> Bool { history.add(form) }

    // MARK: Keys

    /// Acts on a key.
    mutating func handle(_ key: Key) -> Outcome {
        if quotesNext {
            quotesNext = false
            if case .control(let letter) = key, let code = letter.asciiValue {
                buffer.insert(String(Unicode.Scalar(code & 0x1F)))
                return .editing
            }
        }
        if search != nil { return handleInSearch(key) }
        if menu != nil, handleInMenu(key) { return .editing }
        if hasPrefix {
            hasPrefix = false
            if key == .control("u") { buffer.undo() }
            return .editing
        }
        if let outcome = control(key) { return outcome }
        edit(key)
        return .editing
    }

    /// Keys that end the form or act outside of it.
    private mutating func control(_ key: Key) -> Outcome? {
        switch key {
        case .enter: return enter()
        case .control("c"): return .interrupted
        case .control("d") where buffer.isEmpty: return .end
        case .control("z"): return .suspended
        case .control("l"): return .cleared
        default: return nil
        }
    }

    private mutating func enter() -> Outcome {
        tidyLine()
        let form = buffer.string
        guard language.needsMore(form) else {
            buffer.move(to: buffer.text.count)
            return .submitted(form)
        }
        startLine()
        return .editing
    }

    private mutating func edit(_ key: Key) {
        if moved(key) { return }
        switch key {
        case .text(let text): buffer.insert(text)
        case .paste(let text): paste(text)
        case .metaEnter, .control("j"):
            tidyLine()
            startLine()
        case .tab: complete()
        case .backspace: deleteBackward()
        case .delete, .control("d"): buffer.delete(buffer.cursor..<buffer.cursor + 1)
        case .metaBackspace: buffer.kill(buffer.wordStart(buffer.cursor)..<buffer.cursor)
        case .wordDelete, .meta("d"), .meta("D"):
            buffer.kill(buffer.cursor..<buffer.wordEnd(buffer.cursor))
        case .control("w"): buffer.kill(buffer.spacedStart(buffer.cursor)..<buffer.cursor)
        case .control("k"): killLineEnd()
        case .control("u"): killLineStart()
        case .control("y"): buffer.yank()
        case .meta("y"), .meta("Y"): buffer.yankOlder()
        case .control("t"): buffer.transpose()
        case .meta("u"), .meta("U"): buffer.changeWord { $0.uppercased() }
        case .meta("l"), .meta("L"): buffer.changeWord { $0.lowercased() }
        case .meta("c"), .meta("C"):
            buffer.changeWord { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
        case .control("_"): buffer.undo()
        case .control("x"): hasPrefix = true
        case .control("v"), .control("q"): quotesNext = true
        case .control("r"):
            history.prepare()
            search = HistorySearch()
        default: break
        }
    }

    /// Moves the cursor, or through the history; false for another key.
    private mutating func moved(_ key: Key) -> Bool {
        let cursor = buffer.cursor
        switch key {
        case .left, .control("b"): buffer.move(to: cursor - 1)
        case .right, .control("f"): buffer.move(to: cursor + 1)
        case .wordLeft, .meta("b"), .meta("B"): buffer.move(to: buffer.wordStart(cursor))
        case .wordRight, .meta("f"), .meta("F"): buffer.move(to: buffer.wordEnd(cursor))
        case .home, .control("a"): buffer.move(to: buffer.lineStart(cursor))
        case .end, .control("e"): buffer.move(to: buffer.lineEnd(cursor))
        case .pageUp, .meta("<"): buffer.move(to: 0)
        case .pageDown, .meta(">"): buffer.move(to: buffer.text.count)
        case .up, .control("p"): if !buffer.moveLine(by: -1) { recall(older: true) }
        case .down, .control("n"): if !buffer.moveLine(by: 1) { recall(older: false) }
        default: return false
        }
        return true
    }

    // MARK: Lines

    /// Begins a new line, indented as its block asks.
    private mutating func startLine() {
        buffer.insert("\n")
        let spaces = language.indentation(buffer.text, buffer.cursor)
        if spaces > 0 { buffer.insert(String(repeating: " ", count: spaces)) }
    }

    /// Moves a line such as `end` out to where its block began.
    private mutating func tidyLine() {
        let start = buffer.lineStart(buffer.cursor)
        let line = buffer.text[start..<buffer.lineEnd(buffer.cursor)]
        let spaces = line.prefix { $0 == " " }.count
        let wanted = language.indentation(buffer.text, start)
        guard wanted < spaces, start > 0, spaces < line.count else { return }
        let cursor = buffer.cursor
        buffer.delete(start..<start + spaces - wanted)
        buffer.move(to: max(start, cursor - (spaces - wanted)))
    }

    /// Deletes a character, or a step of indentation.
    private mutating func deleteBackward() {
        let cursor = buffer.cursor
        let start = buffer.lineStart(cursor)
        let isIndentation =
            cursor - start >= 2 && buffer.text[start..<cursor].allSatisfy { $0 == " " }
        buffer.delete(max(0, cursor - (isIndentation ? 2 : 1))..<cursor)
    }

    private mutating func killLineEnd() {
        let end = buffer.lineEnd(buffer.cursor)
        // At the end of a line its line end goes, so that the key can be held.
        buffer.kill(buffer.cursor..<(end == buffer.cursor ? end + 1 : end))
    }

    private mutating func killLineStart() {
        let start = buffer.lineStart(buffer.cursor)
        buffer.kill((start == buffer.cursor ? max(0, start - 1) : start)..<buffer.cursor)
    }

    /// Takes text from the clipboard, but no line ends behind it: Enter is for the user.
    private mutating func paste(_ text: String) {
        var text = language.pasted(text)[...]
        while text.last?.isNewline == true { text = text.dropLast() }
        buffer.insert(String(text))
    }

    // MARK: History

    private mutating func recall(older: Bool) {
        history.prepare()
        let shown = buffer.string
        var walk = self.walk ?? HistoryWalk(history, draft: shown)
        // Whoever changed a recalled form starts from it.
        if shown != walk.recalled ?? walk.draft {
            walk = HistoryWalk(history, draft: shown)
        }
        let found =
            older ? walk.older(in: history, than: shown) : walk.newer(in: history, than: shown)
        self.walk = walk
        if let found { buffer.reset(found) }
    }

    private mutating func handleInSearch(_ key: Key) -> Outcome {
        switch key {
        case .text(let text), .paste(let text): search?.extend(text, in: history)
        case .backspace: search?.shorten(in: history)
        case .control("r"), .up: search?.older(in: history)
        case .control("s"), .down: search?.newer(in: history)
        case .control("g"), .control("c"): search = nil
        case .escape: acceptSearch()
        default:
            acceptSearch()
            return handle(key)
        }
        return .editing
    }

    /// Takes the entry found as the form.
    private mutating func acceptSearch() {
        if let found { buffer.reset(found.entry, cursor: found.cursor) }
        search = nil
    }

    /// The entry that the search shows, and where in it the query stands.
    private var found: (entry: String, cursor: Int)? {
        guard let search, let entry = search.position.flatMap(history.entry) else { return nil }
        return (entry, Self.position(of: search.query, in: entry))
    }

    private static func position(of query: String, in entry: String) -> Int {
        let (text, part) = (Array(entry), Array(query))
        guard !part.isEmpty, text.count >= part.count else { return text.count }
        let starts = 0...(text.count - part.count)
        return starts.first { text[$0...].starts(with: part) } ?? text.count
    }

    // MARK: Completion

    private mutating func complete() {
        let cursor = buffer.cursor
        let start = buffer.lineStart(cursor)
        if start > 0, buffer.text[start..<cursor].allSatisfy({ $0 == " " }) {
            buffer.insert("  ")
            return
        }
        let completion = language.completion(buffer.text, cursor)
        let range = completion.range.clamped(to: 0..<buffer.text.count)
        let original = String(buffer.text[range])
        let prefix = completion.commonPrefix
        if completion.candidates.count == 1 || prefix.count > original.count {
            if !prefix.isEmpty { buffer.replace(range, with: prefix) }
        } else if !completion.candidates.isEmpty {
            menu = CompletionMenu(completion, original: original)
        }
    }

    /// Acts on a key while candidates are shown; false if the key closes them and still counts.
    private mutating func handleInMenu(_ key: Key) -> Bool {
        guard var menu else { return false }
        switch key {
        case .tab, .down, .right: choose(&menu, step: 1)
        case .backTab, .up, .left: choose(&menu, step: -1)
        case .enter where menu.selected != nil: self.menu = nil
        case .escape, .control("g"):
            if menu.selected != nil { buffer.replace(menu.range, with: menu.original) }
            self.menu = nil
        default:
            self.menu = nil
            return false
        }
        return true
    }

    private mutating func choose(_ menu: inout CompletionMenu, step: Int) {
        buffer.replace(menu.range, with: menu.choose(step: step))
        menu.note(end: buffer.cursor)
        self.menu = menu
    }

    // MARK: Frames

    /// What to show in a screen of this size; `isFinal` leaves out what only helps while typing.
    func frame(prompt: String, size: ScreenSize, isFinal: Bool = false) -> Frame {
        if let search { return frame(of: search, size: size) }
        let text = buffer.text
        // Nobody needs a pair of brackets in a form that was entered.
        let cursor = isFinal ? -1 : buffer.cursor
        var below: [[Cell]] = []
        if isFinal {
            // Nothing helps any more.
        } else if let menu {
            below = menu.rows(columns: size.columns)
        } else if let hint = language.hint(text, cursor) {
            below = [Cell.row(hint, .hint, columns: size.columns)]
        }
        let blank = String(repeating: " ", count: max(0, DisplayWidth.of(prompt) - 4))
        return Frame(
            text, styles: language.styles(text, cursor), cursor: isFinal ? text.count : cursor,
            prompts: (prompt, blank + PromptMark.more), below: below, size: size)
    }

    private func frame(of search: HistorySearch, size: ScreenSize) -> Frame {
        let state = search.hasFailed ? "no match" : "search"
        let entry = found?.entry ?? ""
        let text = Array(entry)
        var styles = language.styles(text, -1)
        let cursor = found?.cursor ?? 0
        for position in cursor..<min(styles.count, cursor + search.query.count) {
            styles[position] = .searchMatch
        }
        return Frame(
            text, styles: styles, cursor: cursor,
            prompts: ("\(state) '\(search.query)': ", PromptMark.more), below: [], size: size)
    }
}
