// What the editor wants to see on the screen.

/// A character with its style and the columns that it takes.
struct Cell: Equatable {
    var character: Character
    var style: Style
    var width: Int

    init(_ character: Character, _ style: Style) {
        self.character = character
        self.style = style
        width = DisplayWidth.of(character)
    }

    /// Cells of text in one style, as much as fits into `columns`.
    static func row(_ text: String, _ style: Style, columns: Int = .max) -> [Cell] {
        var cells: [Cell] = []
        var used = 0
        for character in text where DisplayWidth.of(character) > 0 {
            let cell = Cell(character, style)
            guard used + cell.width <= columns else { break }
            used += cell.width
            cells.append(cell)
        }
        return cells
    }
}

/// Rows of cells and a cursor: everything between the last output and the end of the screen.
struct Frame: Equatable {
    /// Rows, none wider than the screen.
    var rows: [[Cell]]
    /// Where the cursor stands.
    var cursor: Position

    /// A place in a frame.
    struct Position: Equatable {
        var row: Int
        var column: Int
    }
}

/// Columns and rows of a screen.
struct ScreenSize: Equatable, Sendable {
    var columns = 80
    var rows = 24
}

extension Frame {
    /// Lays out a form behind its prompts, with rows below it, in as much of the screen as there is.
    ///
    /// - Parameters:
    ///   - text: the characters of the form.
    ///   - styles: their styles, as many.
    ///   - cursor: the position of the cursor in the form.
    ///   - prompts: what stands before the first line and before the others.
    ///   - below: rows under the form, which give way when the screen is small.
    ///   - size: the screen.
    init(
        _ text: [Character], styles: [Style], cursor: Int, prompts: (first: String, other: String),
        below: [[Cell]], size: ScreenSize
    ) {
        let columns = max(2, size.columns)
        let height = max(1, size.rows)
        let shownBelow = below.prefix(max(0, height - 1))
        let window = max(1, height - shownBelow.count)
        // Every line takes a row or more, so that lines farther up cannot be seen.
        let start = Self.start(ofLine: window, above: cursor, in: text)
        let prompt = start == 0 ? prompts.first : prompts.other
        var rows = [Cell.row(prompt, .prompt, columns: columns - 2)]
        var column = rows[0].reduce(0) { $0 + $1.width }
        var place = Position(row: 0, column: column)

        func startRow(_ cells: [Cell] = []) {
            rows.append(cells)
            column = cells.reduce(0) { $0 + $1.width }
        }
        for index in start...text.count {
            // Nor can rows that are as far down.
            if index > cursor, rows.count > max(place.row + 1, window) { break }
            let character = index < text.count ? text[index] : nil
            let cells = character.map {
                Self.cells($0, index < styles.count ? styles[index] : .plain, at: column)
            }
            let width = cells?.reduce(0) { $0 + $1.width } ?? 0
            let isCursor = index == cursor
            if column + max(width, isCursor ? 1 : 0) > columns { startRow() }
            if isCursor { place = Position(row: rows.count - 1, column: column) }
            if character?.isNewline == true {
                startRow(Cell.row(prompts.other, .prompt, columns: columns - 2))
            } else if let cells {
                rows[rows.count - 1] += cells
                column += width
            }
        }
        let top = max(0, place.row - window + 1)
        self.rows = Array(rows[top..<min(rows.count, top + window)]) + shownBelow
        self.cursor = Position(row: place.row - top, column: place.column)
    }

    /// Where the line begins that is so many lines above the one of a position.
    private static func start(ofLine count: Int, above position: Int, in text: [Character]) -> Int {
        var start = min(max(0, position), text.count)
        var left = count + 1
        while start > 0 {
            if text[start - 1].isNewline {
                left -= 1
                if left == 0 { break }
            }
            start -= 1
        }
        return start
    }

    /// How a character of a form is drawn: tabs as spaces, control characters with a caret.
    private static func cells(_ character: Character, _ style: Style, at column: Int) -> [Cell] {
        if character.isNewline { return [] }
        if character == "\t" { return [Cell](repeating: Cell(" ", style), count: 8 - column % 8) }
        if let code = character.asciiValue, code < 0x20 || code == 0x7F {
            return [Cell("^", style), Cell(Character(Unicode.Scalar(code ^ 0x40)), style)]
        }
        return [Cell(character, style)]
    }
}
