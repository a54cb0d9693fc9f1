// Which elements of a tensor are shown, and in which columns.

/// The lines that show a tensor: all of its elements if they are few, else the edges.
///
/// A vector is broken into lines; a matrix has one line a row, so that columns stay columns; more
/// dimensions are a list of matrices, each below its position. Everything is bounded: at most
/// ``wholeCount`` elements are looked at, and at most about fifty lines come out.
struct TensorPreview {
    /// Elements at each end of a dimension that is cut, if there is room for them.
    static let edge = 3
    /// Columns of text where nobody knows better.
    static let usualWidth = 80
    /// Most elements that are shown without cuts.
    static let wholeCount = 1000
    /// Most lines that are shown without cuts.
    static let wholeLines = 40

    /// Whether every element is shown.
    let isWhole: Bool
    /// The lines of text.
    let lines: [String]

    private static let gap = "…"

    /// Shows a tensor that has elements in lines of `width` characters.
    init(_ tensor: Tensor, width: Int = usualWidth) {
        let columns = tensor.shape.last ?? 1
        let rows = tensor.shape.dropLast().last ?? 1
        let matrices = tensor.shape.dropLast(2).reduce(1, *)
        let labels = matrices > 1 || tensor.shape.count > 2

        var cutsColumns = tensor.count > Self.wholeCount
        var cutsRows = cutsColumns
        if !cutsColumns {
            let cells = ElementFormat(tensor.values).width
            let perLine = Self.cellsPerLine(cells, width)
            let isVector = tensor.shape.count < 2
            let tall = isVector ? (columns - 1) / perLine + 1 : matrices * (rows + (labels ? 1 : 0))
            cutsRows = tall > Self.wholeLines
            cutsColumns = isVector ? cutsRows : columns > perLine
        }
        // The widest cells have ten characters, and the gap has one.
        let columnEdge = min(Self.edge, max(1, (width - 3) / (2 * 12)))
        let shownColumns = Self.shown(of: columns, cut: cutsColumns, edge: columnEdge)
        let shownRows = Self.shown(of: rows, cut: cutsRows)
        let shownMatrices = Self.shown(of: matrices, cut: cutsRows)
        isWhole = [shownColumns, shownRows, shownMatrices].allSatisfy { !$0.contains(nil) }

        var elements: [Float] = []
        tensor.withUnsafeValues { values in
            for case let matrix? in shownMatrices {
                for case let row? in shownRows {
                    for case let column? in shownColumns {
                        elements.append(values[(matrix * rows + row) * columns + column])
                    }
                }
            }
        }
        let format = ElementFormat(elements)
        var cells = format.cells[...]
        let perLine =
            shownColumns.contains(nil)
            ? shownColumns.count : Self.cellsPerLine(format.width, width)

        var lines: [String] = []
        for matrix in shownMatrices {
            guard let matrix else {
                lines.append("  \(Self.gap)")
                continue
            }
            if labels {
                let position = tensor.matrixPosition(matrix).map { "\($0), " }.joined()
                lines.append("[\(position):, :]")
            }
            for row in shownRows {
                guard row != nil else {
                    lines.append("  \(Self.gap)")
                    continue
                }
                let texts = shownColumns.map { column in
                    column == nil ? Self.gap : cells.popFirst() ?? ""
                }
                for start in stride(from: 0, to: texts.count, by: perLine) {
                    let line = texts[start..<min(start + perLine, texts.count)]
                    lines.append("  " + line.joined(separator: "  "))
                }
            }
        }
        self.lines = lines
    }

    /// Indices of a dimension of which the middle may be cut out; nil stands for what is cut.
    private static func shown(of size: Int, cut: Bool, edge: Int = edge) -> [Int?] {
        guard cut, size > 2 * edge else { return Array(0..<size) }
        return (0..<edge).map { $0 } + [nil] + (size - edge..<size).map { $0 }
    }

    private static func cellsPerLine(_ cellWidth: Int, _ width: Int) -> Int {
        max(1, width / (cellWidth + 2))
    }
}

extension Tensor {
    /// Where a matrix of the last two dimensions stands in those before, from 1.
    fileprivate func matrixPosition(_ matrix: Int) -> [Int] {
        Tensor.positions(ofElement: matrix, in: Array(shape.dropLast(2)))
    }
}
