// From one frame to the next with few bytes.

/// Draws frames by rewriting only what changed.
///
/// Moves are relative to the place where the first frame began, so nothing above it is touched.
struct Renderer {
    private let usesColour: Bool
    private var shown: [[Cell]] = []
    /// Where the terminal's cursor is.
    private var place = Frame.Position(row: 0, column: 0)

    /// Creates a renderer that starts in the first column of a free row.
    init(usesColour: Bool) { self.usesColour = usesColour }

    /// The bytes that turn what is shown into `frame`.
    mutating func draw(_ frame: Frame) -> String {
        var output = ""
        for (index, row) in frame.rows.enumerated() {
            let old = index < shown.count ? shown[index] : nil
            guard row != old else { continue }
            let kept = zip(row, old ?? []).prefix { $0 == $1 }.count
            let start = Self.width(row[..<kept])
            move(to: Frame.Position(row: index, column: start), &output)
            write(row[kept...], &output)
            let end = Self.width(row)
            place.column = end
            if let old, Self.width(old) > end { output += "\u{1B}[K" }
        }
        if shown.count > frame.rows.count {
            move(to: Frame.Position(row: frame.rows.count, column: 0), &output)
            output += "\u{1B}[J"
        }
        shown = frame.rows
        move(to: frame.cursor, &output)
        return output
    }

    /// The bytes that leave the last frame standing and go to a free row below it.
    mutating func finish() -> String {
        var output = ""
        move(to: Frame.Position(row: max(0, shown.count - 1), column: 0), &output)
        output += "\r\n"
        forget()
        return output
    }

    /// The bytes that erase everything shown, in a terminal that has `columns` now.
    ///
    /// Terminals break long rows anew when they become narrower, which moves the cursor down.
    mutating func erase(columns: Int) -> String {
        let columns = max(1, columns)
        var above = shown.prefix(place.row).reduce(0) { rows, row in
            rows + max(1, (Self.width(row) + columns - 1) / columns)
        }
        above += place.column / columns
        forget()
        return (above > 0 ? "\u{1B}[\(above)A" : "") + "\r\u{1B}[J"
    }

    /// Forgets what is shown: the cursor is in the first column of a free row.
    mutating func forget() {
        shown = []
        place = Frame.Position(row: 0, column: 0)
    }

    private mutating func move(to target: Frame.Position, _ output: inout String) {
        if target.row < place.row {
            output += "\u{1B}[\(place.row - target.row)A"
            place.row = target.row
        }
        // Rows that were never drawn are made by scrolling.
        let existing = max(shown.count - 1, place.row)
        if target.row > place.row, existing > place.row {
            let step = min(target.row, existing) - place.row
            output += "\u{1B}[\(step)B"
            place.row += step
        }
        while place.row < target.row {
            output += "\r\n"
            place = Frame.Position(row: place.row + 1, column: 0)
        }
        guard place.column != target.column else { return }
        output += target.column == 0 ? "\r" : "\r\u{1B}[\(target.column)C"
        place.column = target.column
    }

    private func write(_ cells: ArraySlice<Cell>, _ output: inout String) {
        var code = ""
        for cell in cells {
            let wanted = usesColour || cell.style.isEmphasis ? cell.style.code : ""
            if wanted != code {
                output += wanted.isEmpty ? "\u{1B}[0m" : "\u{1B}[0;\(wanted)m"
                code = wanted
            }
            output.append(cell.character)
        }
        if !code.isEmpty { output += "\u{1B}[0m" }
    }

    private static func width(_ cells: some Sequence<Cell>) -> Int {
        cells.reduce(0) { $0 + $1.width }
    }
}
