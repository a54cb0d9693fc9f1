// From original ids to dense numbers 1 ... n in sorted order.

import NightjarRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The dense numbers of one column of original ids.
struct DenseIds: Sendable {
    /// Dense number of each row, from 1.
    let numbers: [Int32]
    /// Original ids in order of their numbers.
    let originals: [String]

    /// Numbers the ids of a column of `file`: by value if all are integers, else by bytes.
    ///
    /// - Complexity: O(rows) for integers that are not far apart, else O(rows · log ids).
    init(_ column: IdColumn, of file: SourceFile) throws(Interrupted) {
        if column.texts.isEmpty {
            self.init(column.numbers)
        } else {
            try self.init(column.texts, of: file)
        }
    }

    /// Numbers the users and the items of `file`, at the same time.
    static func both(
        _ users: IdColumn, _ items: IdColumn, of file: SourceFile
    ) throws -> (users: DenseIds, items: DenseIds) {
        let sides = Mutex((users: DenseIds([]), items: DenseIds([])))
        try Workers.tryRun(2) { side in
            let ids = try DenseIds(side == 0 ? users : items, of: file)
            sides.withLock { if side == 0 { $0.users = ids } else { $0.items = ids } }
        }
        return sides.withLock { $0 }
    }

    /// Numbers integer ids, which are 0 or more.
    private init(_ ids: [Int32]) {
        let largest = Int(ids.max() ?? 0)
        // A table over all values up to the largest costs less than sorting while it is small.
        if largest < max(1 << 20, 8 * ids.count) {
            var dense = [Int32](repeating: 0, count: largest + 1)
            for id in ids { dense[Int(id)] = 1 }
            var originals: [String] = []
            var next: Int32 = 0
            for id in dense.indices where dense[id] == 1 {
                next += 1
                dense[id] = next
                originals.append(String(id))
            }
            self.originals = originals
            numbers = ids.map { dense[Int($0)] }
        } else {
            let sorted = Set(ids).sorted()
            let dense = Dictionary(uniqueKeysWithValues: zip(sorted, Int32(1)...))
            originals = sorted.map { String($0) }
            numbers = ids.map { dense[$0] ?? 0 }
        }
    }

    /// Numbers text ids.
    private init(_ ids: [FieldRange], of file: SourceFile) throws(Interrupted) {
        // Ids are numbered as they appear first, then by their order.
        var seen: [IdText: Int32] = [:]
        var texts: [IdText] = []
        var rows: [Int32] = []
        rows.reserveCapacity(ids.count)
        for (row, range) in ids.enumerated() {
            if row & 0xFFFF == 0 { try Interruption.check() }
            let text = IdText(range, of: file)
            if let number = seen[text] {
                rows.append(number)
            } else {
                let number = Int32(texts.count)
                seen[text] = number
                texts.append(text)
                rows.append(number)
            }
        }
        let areIntegers = texts.allSatisfy(\.isInteger)
        let order = try texts.indices.sortedInterruptibly {
            texts[$0].precedes(texts[$1], asInteger: areIntegers)
        }
        var dense = [Int32](repeating: 0, count: texts.count)
        for (position, first) in order.enumerated() { dense[first] = Int32(position) + 1 }
        originals = order.map { texts[$0].text }
        numbers = rows.map { dense[Int($0)] }
    }
}

/// An original id, compared byte by byte: as texts, two spellings of `é` would be one id.
private struct IdText: Hashable {
    private let bytes: ArraySlice<UInt8>

    init(_ range: FieldRange, of file: SourceFile) {
        let slice = file.bytes[range.start..<range.start + range.count]
        bytes = range.hasDoubledQuotes ? ArraySlice(Array(file.text(range).utf8)) : slice
    }

    var text: String { SourceFile.decoded(bytes) }

    /// Whether this is `0` or digits that start with another one, of any length.
    var isInteger: Bool {
        bytes.allSatisfy { (UInt8.digitZero...(.digitZero + 9)) ~= $0 }
            && (bytes.first != .digitZero || bytes.count == 1)
    }

    func precedes(_ other: Self, asInteger: Bool) -> Bool {
        if asInteger, bytes.count != other.bytes.count { return bytes.count < other.bytes.count }
        return bytes.lexicographicallyPrecedes(other.bytes)
    }

    static func == (left: Self, right: Self) -> Bool {
        left.bytes.withUnsafeBytes { a in
            right.bytes.withUnsafeBytes { b in
                guard a.count == b.count else { return false }
                guard let first = a.baseAddress, let second = b.baseAddress else { return true }
                return memcmp(first, second, a.count) == 0
            }
        }
    }

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
