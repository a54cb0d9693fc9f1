import NightjarData
import Testing

@Suite("Windows")
struct WindowsTests {
    private struct Batch: Equatable {
        var histories: [Int32]
        var targets: [Int32]
    }

    private func fill(_ examples: Examples, _ indices: [Int]) throws -> Batch {
        var batch = Batch(
            histories: [Int32](repeating: -7, count: indices.count * examples.historyLength),
            targets: [Int32](repeating: -7, count: indices.count))
        try batch.histories.withUnsafeMutableBufferPointer { histories in
            try batch.targets.withUnsafeMutableBufferPointer { targets in
                try examples.fill(indices, histories: histories, targets: targets)
            }
        }
        return batch
    }

    /// Windows by definition, one row after another, looking back through the whole log.
    private func naive(_ part: Part, seeing others: [Part], length: Int) -> Batch {
        let log = part.log
        let seen = Set(part.rows).union(others.flatMap(\.rows))
        var batch = Batch(histories: [], targets: [])
        for row in part.rows {
            let history = (0..<row)
                .filter { seen.contains($0) && log.users[Int($0)] == log.users[Int(row)] }
                .map { log.items[Int($0)] }.suffix(length - 1)
            batch.histories += Array(repeating: 0, count: length - 1 - history.count) + history
            batch.targets.append(log.items[Int(row)])
        }
        return batch
    }

    @Test("equal their definition on every kind of split", arguments: [2, 3, 8, 50])
    func definition(_ length: Int) throws {
        let log = try mixedLog(rows: 300)
        let splits = [
            try log.splitByTime(), try log.splitByUserTail(), try log.splitLeavingOneOut(),
            try log.splitAtRandom(seed: 1), try log.splitByUser(seed: 2),
            try log.splitLeavingOneOut(valid: .random(seed: 3)).without(rows: [5, 6, 70, 200]),
        ]
        for split in splits {
            let sides = [
                (split.train, []), (split.valid, [split.train]),
                (split.test, [split.train, split.valid]),
            ]
            for (part, others) in sides {
                let windows = try part.windows(length: length)
                #expect(windows.rows == part.rows)
                #expect(windows.role == part.role)
                let filled = try fill(windows, Array(0..<windows.count))
                #expect(filled == naive(part, seeing: others, length: length))
                #expect(windows.targets == filled.targets)
            }
        }
    }

    @Test("fill in the order of the indices, repeated ones too")
    func anyOrder() throws {
        let windows = try mixedLog().splitByTime().test.windows(length: 6)
        let all = try fill(windows, Array(0..<windows.count))
        let indices = [9, 2, 2, 0, windows.count - 1]
        let some = try fill(windows, indices)
        #expect(some.targets == indices.map { all.targets[$0] })
        #expect(some.histories == indices.flatMap { all.histories[($0 * 5)..<($0 * 5 + 5)] })
    }

    @Test("tell users, histories and the rows that histories consist of")
    func accessors() throws {
        let windows = try mixedLog().splitByTime().test.windows(length: 6)
        let log = windows.log
        for index in 0..<windows.count {
            let rows = try windows.historyRows(of: index)
            #expect(try windows.history(of: index) == rows.map { log.items[Int($0)] })
            #expect(rows.allSatisfy { log.users[Int($0)] == windows.users[index] })
            #expect(rows.allSatisfy { $0 < windows.rows[index] })
        }
        let wanted = [windows.rows[4], windows.rows[1], -3]
        #expect(windows.indices(ofRows: wanted) == [1, 4])
        #expect(throws: ExamplesError.indexOutOfRange(index: -1, count: windows.count)) {
            try windows.history(of: -1)
        }
    }

    @Test("leave out examples with too little history")
    func minimumHistory() throws {
        let part = try mixedLog().splitByTime().train
        let all = try part.windows(length: 10)
        let long = try part.windows(length: 10, minHistory: 12)
        let counts = try all.rows.map { row in
            try #require(all.indices(ofRows: [row]).first.map { try all.historyRows(of: $0).count })
        }
        #expect(counts.max() == 9)
        let earlier = all.rows.filter { row in
            part.rows.count { $0 < row && part.log.users[Int($0)] == part.log.users[Int(row)] }
                >= 12
        }
        #expect(long.rows == earlier)
        #expect(!long.rows.isEmpty && long.count < all.count)
    }

    @Test("dropping examples keeps histories; dropping interactions changes them")
    func twoRemovals() throws {
        let log = try smallLog((1...5).map { (1, $0) })
        let split = try Split(of: log, train: [0, 1, 2, 3], test: [4])
        let labels = try split.train.windows(length: 4).without([1])
        #expect(labels.rows == [0, 2, 3])
        #expect(try labels.history(of: 2) == [1, 2, 3])
        let rows = try split.without(rows: [1])
        #expect(try rows.train.windows(length: 4).rows == [0, 2, 3])
        #expect(try rows.train.windows(length: 4).history(of: 2) == [1, 3])
        #expect(try rows.test.windows(length: 4).history(of: 0) == [1, 3, 4])
        let trainOnly = try split.train.without(rows: [1])
        #expect(try trainOnly.windows(length: 4).history(of: 2) == [1, 3])
        #expect(try split.test.windows(length: 4).history(of: 0) == [2, 3, 4])
        let renumbered = try log.without(rows: [1])
        #expect(renumbered.items == [1, 3, 4, 5])
    }

    @Test("carry weights through choosing and joining")
    func weights() throws {
        let split = try mixedLog().splitByTime()
        let train = try split.train.windows(length: 5)
        let valid = try split.valid.windows(length: 5)
        let weights = (0..<train.count).map { Float($0) / 4 }
        let weighted = try train.withWeights(weights)
        #expect(try weighted.subset([3, 0]).weights == [0.75, 0])
        #expect(try weighted.without([0, 1]).weights == Array(weights.dropFirst(2)))
        let joined = try weighted.concatenated(with: valid)
        #expect(joined.weights == weights + Array(repeating: 1, count: valid.count))
        #expect(try weighted.withWeights(nil).weights == nil)
        #expect(train.weights == nil)
    }

    @Test("join to the examples of both, from one stream or two")
    func joining() throws {
        let split = try mixedLog().splitByTime()
        let train = try split.train.windows(length: 5)
        for other in [try split.test.windows(length: 5), try train.subset([7, 7, 2])] {
            let joined = try train.concatenated(with: other)
            #expect(joined.rows == train.rows + other.rows)
            #expect(joined.role == (other.role == .train ? .train : nil))
            #expect(joined.roles.contains(.test) == (other.role == .test))
            #expect(try joined.subset([0]).roles == joined.roles)
            let first = try fill(train, Array(0..<train.count))
            let second = try fill(other, Array(0..<other.count))
            let both = try fill(joined, Array(0..<joined.count))
            #expect(both.histories == first.histories + second.histories)
            #expect(both.targets == first.targets + second.targets)
        }
        #expect(throws: ExamplesError.notAlike(what: "lengths")) {
            try train.concatenated(with: split.test.windows(length: 6))
        }
        let otherLog = try mixedLog(rows: 500).splitByTime().train.windows(length: 5)
        #expect(throws: ExamplesError.notAlike(what: "logs")) {
            try train.concatenated(with: otherLog)
        }
    }

    @Test("refuse bad lengths, numbers, buffers and weights, and write nothing then")
    func broken() throws {
        let part = try mixedLog().splitByTime().train
        for length in [1, 0, -4, Int.min] {
            #expect(
                throws: ExamplesError.badLength(option: "length", value: length, minimum: 2)
            ) { try part.windows(length: length) }
        }
        #expect(throws: ExamplesError.badLength(option: "minHistory", value: -1, minimum: 0)) {
            try part.windows(length: 5, minHistory: -1)
        }
        let windows = try part.windows(length: 5)
        let count = windows.count
        for bad in [-1, count, Int.max, Int.min] {
            let error = ExamplesError.indexOutOfRange(index: bad, count: count)
            #expect(throws: error) { try fill(windows, [0, bad]) }
            #expect(throws: error) { try windows.subset([bad]) }
            #expect(throws: error) { try windows.without([bad]) }
        }
        var histories = [Int32](repeating: -7, count: 7)
        var targets = [Int32](repeating: -7, count: 2)
        #expect(
            throws: ExamplesError.bufferSize(name: "histories", expected: 8, found: 7)
        ) {
            try histories.withUnsafeMutableBufferPointer { histories in
                try targets.withUnsafeMutableBufferPointer { targets in
                    try windows.fill(0..<2, histories: histories, targets: targets)
                }
            }
        }
        #expect(histories == Array(repeating: -7, count: 7))
        #expect(targets == [-7, -7])
        #expect(throws: ExamplesError.weightCount(expected: count, found: 1)) {
            try windows.withWeights([1])
        }
        for value in [-1, Float.infinity] {
            var weights = [Float](repeating: 1, count: count)
            weights[3] = value
            #expect(throws: ExamplesError.badWeight(index: 3, value: value)) {
                try windows.withWeights(weights)
            }
        }
    }

    @Test("longer than any memory are cut without being laid out, and refused by fill")
    func hugeLength() throws {
        let windows = try mixedLog().splitByTime().train.windows(length: Int.max)
        #expect(windows.count > 0)
        let nothing = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
        var targets: [Int32] = [0, 0, 0]
        #expect(throws: ExamplesError.self) {
            try targets.withUnsafeMutableBufferPointer { targets in
                try windows.fill(0..<3, histories: nothing, targets: targets)
            }
        }
    }
}
