// Several candidates to choose from.

/// The candidates under a form, in columns, and which of them is chosen.
struct CompletionMenu {
    /// The most rows of candidates on screen.
    private static let mostRows = 8

    let completion: Completion
    /// The half-written part, to go back to.
    let original: String
    /// The candidate in the text now; none before the first choice.
    private(set) var selected: Int?
    /// End of what stands in the text for the selected candidate.
    private var end: Int

    init(_ completion: Completion, original: String) {
        self.completion = completion
        self.original = original
        end = completion.range.upperBound
    }

    /// The part of the text that the next choice replaces.
    var range: Range<Int> { completion.range.lowerBound..<end }

    /// Chooses the next candidate, or the one before; gives what to write.
    mutating func choose(step: Int) -> String {
        let count = completion.candidates.count
        guard count > 0 else { return original }
        let next = selected.map { ($0 + step + count) % count } ?? (step > 0 ? 0 : count - 1)
        selected = next
        return completion.candidates[next].text
    }

    /// Notes where what was written ends.
    mutating func note(end: Int) { self.end = max(completion.range.lowerBound, end) }

    /// The rows to show in so many columns.
    func rows(columns: Int) -> [[Cell]] {
        let titles = completion.candidates.map(\.title)
        let widest = titles.map { DisplayWidth.of($0) }.max() ?? 0
        let columnWidth = max(1, min(widest + 2, columns))
        let perRow = max(1, columns / columnWidth)
        let rowCount = (titles.count + perRow - 1) / perRow
        let top = firstRow(selectedRow: (selected ?? 0) % max(1, rowCount), rowCount)
        var rows: [[Cell]] = []
        for row in top..<min(rowCount, top + Self.mostRows) {
            var cells: [Cell] = []
            // Candidates run down the columns, as in a list of files.
            for index in stride(from: row, to: titles.count, by: rowCount) {
                let style: Style = index == selected ? .selected : .plain
                let title = Cell.row(titles[index], style, columns: columnWidth)
                let used = title.reduce(0) { $0 + $1.width }
                cells += title + Cell.row(String(repeating: " ", count: columnWidth - used), .plain)
            }
            rows.append(cells)
        }
        if let note = note(hidden: rowCount - rows.count) {
            rows.append(Cell.row(note, .hint, columns: columns))
        }
        return rows
    }

    private func firstRow(selectedRow: Int, _ rowCount: Int) -> Int {
        max(0, min(selectedRow - Self.mostRows / 2, rowCount - Self.mostRows))
    }

    /// What is said of the selected candidate, or how much is out of sight.
    private func note(hidden: Int) -> String? {
        if let selected, !completion.candidates[selected].summary.isEmpty {
            return completion.candidates[selected].summary
        }
        return hidden > 0 ? "\(completion.candidates.count) in all" : nil
    }
}
