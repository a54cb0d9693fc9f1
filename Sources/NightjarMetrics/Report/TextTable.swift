/// Text in aligned columns, for terminals.
public struct TextTable: Sendable {
    /// Which side of a column its cells keep to.
    public enum Alignment: Sendable {
        /// Text.
        case left
        /// Numbers.
        case right
    }

    /// A column's heading and alignment.
    public struct Column: Sendable {
        /// The heading.
        public let title: String
        /// Which side its cells keep to.
        public let alignment: Alignment

        /// Creates a column.
        public init(_ title: String, _ alignment: Alignment) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// The columns, from the left.
    public let columns: [Column]
    /// The cells, row by row.
    public private(set) var rows: [[String]] = []

    /// Creates a table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row, shorter or longer than the headings if need be.
    public mutating func add(_ cells: [String]) { rows.append(cells) }
}

extension TextTable: CustomStringConvertible {
    /// Headings, then rows, two spaces between columns, no space at the end of a line.
    public var description: String {
        let lines = [columns.map(\.title)] + rows
        var widths: [Int] = []
        for cells in lines {
            for (column, cell) in cells.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return lines.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                let isText = column >= columns.count || columns[column].alignment == .left
                line += (column > 0 ? "  " : "") + (isText ? cell + padding : padding + cell)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
