// How far two moments of training are apart, parameter by parameter.

import NightjarMetrics
import NightjarRuntime
import NightjarTensor

/// The differences between the parameters of two checkpoints.
public struct CheckpointComparison: Sendable {
    /// One parameter in both.
    public struct Row: Sendable, Equatable {
        /// The name of the parameter.
        public let name: String
        /// Number of its values.
        public let count: Int
        /// Euclidean norm in the first checkpoint.
        public let firstNorm: Double
        /// Euclidean norm in the second checkpoint.
        public let secondNorm: Double
        /// Euclidean norm of the difference.
        public let difference: Double
        /// The largest change of one value.
        public let largestChange: Double

        /// The norm of the difference as a share of the first norm; not a number when that is 0.
        public var relative: Double { difference / firstNorm }
    }

    /// Parameters that both have in one shape, in the order of the first file.
    public let rows: [Row]
    /// Parameters that only one has, or that have another shape in the other.
    public let unmatched: [String]
    /// The two files.
    public let paths: [String]

    /// All parameters as one.
    public var total: Row {
        func norm(_ value: (Row) -> Double) -> Double {
            rows.reduce(0) { $0 + value($1) * value($1) }.squareRoot()
        }
        return Row(
            name: "all", count: rows.reduce(0) { $0 + $1.count }, firstNorm: norm(\.firstNorm),
            secondNorm: norm(\.secondNorm), difference: norm(\.difference),
            largestChange: rows.map(\.largestChange).max() ?? 0)
    }
}

extension Checkpoint {
    /// Compares the parameters of this checkpoint with those of another, one after the other.
    ///
    /// - Throws: ``CheckpointError``, ``NightjarRuntime/FileError``.
    public func compared(to other: Checkpoint) throws -> CheckpointComparison {
        let (own, others) = (parameterNames, Set(other.parameterNames))
        var rows: [CheckpointComparison.Row] = []
        var unmatched = others.subtracting(own).sorted()
        for name in own {
            guard others.contains(name) else {
                unmatched.append(name)
                continue
            }
            let (first, second) = (try tensor(name), try other.tensor(name))
            guard first.shape == second.shape else {
                unmatched.append(name)
                continue
            }
            let difference = try second - first
            rows.append(
                CheckpointComparison.Row(
                    name: name, count: first.count, firstNorm: first.norm(),
                    secondNorm: second.norm(), difference: difference.norm(),
                    largestChange: first.count > 0 ? Double(try difference.abs().maximum()) : 0))
        }
        return CheckpointComparison(rows: rows, unmatched: unmatched, paths: [path, other.path])
    }

    /// Names of the model's parameters, in the order of the file.
    public var parameterNames: [String] {
        let prefix = Group.model.name("")
        return tensorNames.filter { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }

    /// The checkpoints of a run in a folder: those of single epochs in order, the best, the last.
    ///
    /// - Throws: ``CheckpointError``, ``NightjarRuntime/FileError``.
    public static func list(in path: String) throws -> [Checkpoint] {
        try CheckpointFolder(path: path).files().map { try Checkpoint(path: $0) }
    }
}

extension CheckpointComparison: CustomStringConvertible {
    /// A table of norms, the whole model last.
    public var description: String {
        var table = TextTable([
            .init("parameter", .left), .init("values", .right), .init("norm", .right),
            .init("norm after", .right), .init("difference", .right), .init("relative", .right),
            .init("largest change", .right),
        ])
        for row in rows + [total] {
            table.add(
                [row.name, "\(row.count)"]
                    + [
                        row.firstNorm, row.secondNorm, row.difference, row.relative,
                        row.largestChange,
                    ].map(Self.text))
        }
        let rest =
            unmatched.isEmpty ? "" : "\nnot in both: \(unmatched.joined(separator: ", "))"
        return "from \(paths[0])\nto   \(paths[1])\n\(table)\(rest)"
    }

    private static func text(_ value: Double) -> String {
        value.isNaN ? "-" : NumberText.significant(value, digits: 4)
    }
}
