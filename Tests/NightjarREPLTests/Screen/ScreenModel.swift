/// A small terminal: what the bytes of a program look like to the person before it.
///
/// Widths come from the C library, so that the editor's own table has a judge.
struct ScreenModel {
    private(set) var columns: Int
    private(set) var rows: Int
    /// A wide character fills its cell and leaves an empty one behind it.
    private var cells: [[String]]
    private(set) var row = 0
    private(set) var column = 0
    /// After the last column a terminal waits for the next character before it goes on.
    private var isPending = false
    private var escape: String?
    /// Modes that were switched on, such as `?2004`.
    private(set) var modes: Set<String> = []
    /// Codes of colour and the like that came, in order.
    private(set) var styles: [String] = []

    init(columns: Int = 80, rows: Int = 24) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Self.blank(columns), count: rows)
    }

    /// The rows without spaces and empty rows at their ends.
    var text: String {
        var lines = cells.map { cells in
            var line = cells.joined()
            while line.last == " " { line.removeLast() }
            return line
        }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    /// The rows with `▏` where the cursor stands.
    var textWithCursor: String {
        var copy = self
        copy.cells[row].insert("▏", at: column)
        return copy.text
    }

    mutating func write(_ text: String) {
        for scalar in text.unicodeScalars { write(scalar) }
    }

    /// Gives the screen another size as terminals do that break long rows anew.
    mutating func resize(columns: Int) {
        var broken: [[String]] = []
        var cursor = (row: 0, column: 0)
        for (index, line) in cells.enumerated() {
            var line = line
            while line.last == " ", index != row || line.count > column + 1 { line.removeLast() }
            let start = broken.count
            for first in stride(from: 0, to: max(1, line.count), by: columns) {
                let part = Array(line[min(first, line.count)..<min(first + columns, line.count)])
                broken.append(part + Self.blank(columns - part.count))
            }
            if index == row { cursor = (start + column / columns, column % columns) }
        }
        self.columns = columns
        let surplus = max(0, cursor.row - rows + 1)
        cells = Array(broken.dropFirst(surplus).prefix(rows))
        while cells.count < rows { cells.append(Self.blank(columns)) }
        (row, column) = (cursor.row - surplus, cursor.column)
        isPending = false
    }

    private static func blank(_ count: Int) -> [String] {
        Array(repeating: " ", count: max(0, count))
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if let begun = escape {
            let sequence = begun + String(scalar)
            escape = sequence
            if sequence.count > 1, (0x40...0x7E).contains(scalar.value) {
                escape = nil
                run(String(sequence.dropFirst().dropLast()), Character(scalar))
            }
            return
        }
        switch scalar.value {
        case 0x1B: escape = ""
        case 0x0D: (column, isPending) = (0, false)
        case 0x0A: newLine()
        case 0x00..<0x20, 0x7F: break
        default: put(scalar)
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = CLibrary.width(scalar)
        guard width > 0 else {
            // Accents join what was written last.
            let last = isPending ? column : max(0, column - 1)
            cells[row][last].unicodeScalars.append(scalar)
            return
        }
        if isPending || column + width > columns {
            newLine()
            column = 0
        }
        cells[row][column] = String(scalar)
        if width == 2 { cells[row][column + 1] = "" }
        isPending = column + width >= columns
        column = min(columns - 1, column + width)
    }

    private mutating func newLine() {
        isPending = false
        if row + 1 < rows {
            row += 1
        } else {
            cells.removeFirst()
            cells.append(Self.blank(columns))
        }
    }

    private mutating func run(_ parameters: String, _ final: Character) {
        let count = max(1, Int(parameters) ?? 1)
        if final != "m" { isPending = false }
        switch final {
        case "A": row = max(0, row - count)
        case "B": row = min(rows - 1, row + count)
        case "C": column = min(columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "H": (row, column) = (0, 0)
        case "K": erase(row, from: column)
        case "J":
            erase(row, from: parameters == "2" ? 0 : column)
            let first = parameters == "2" ? 0 : row + 1
            for row in first..<max(first, rows) { erase(row, from: 0) }
        case "h": modes.insert(parameters)
        case "l": modes.remove(parameters)
        case "m": styles.append(parameters)
        default: break
        }
    }

    private mutating func erase(_ row: Int, from column: Int) {
        for index in column..<columns { cells[row][index] = " " }
    }
}
