import Testing

@testable import NightjarData

@Suite("Selections")
struct SelectionTests {
    @Test("drop what they chose, in the order chosen")
    func drops() throws {
        let selection = try Selection(of: .examples, [4, 0, 2], reason: "noise")
        #expect(try selection.dropped(from: .examples) == [4, 0, 2])
        #expect(selection.weights == [0, 0, 0])
        #expect(selection.description == "Selection of 3 examples to drop: noise")
    }

    @Test("multiply weights and leave the others as they were")
    func weighs() throws {
        let selection = try Selection(of: .examples, [2, 0], weights: [0.5, 0])
        #expect(
            try selection.applied(to: nil, count: 4, of: .examples) == [0, 1, 0.5, 1])
        #expect(
            try selection.applied(to: [2, 2, 2, 2], count: 4, of: .examples) == [0, 2, 1, 2])
        #expect(throws: SelectionError.weighs) { try selection.dropped(from: .examples) }
    }

    @Test("of examples are never taken for rows, nor the other way round")
    func subjects() throws {
        let examples = try Selection(of: .examples, [1])
        #expect(throws: SelectionError.otherSubject(.examples, wanted: .rows)) {
            try examples.dropped(from: .rows)
        }
        let rows = try Selection(of: .rows, [1])
        #expect(throws: SelectionError.otherSubject(.rows, wanted: .examples)) {
            try rows.applied(to: nil, count: 3, of: .examples)
        }
        let windows = try smallLog([(1, 1), (1, 2)]).whole().windows(length: 2)
        #expect(throws: SelectionError.otherSubject(.rows, wanted: .examples)) {
            try windows.rows(of: rows)
        }
    }

    @Test("refuse numbers and weights that cannot be")
    func refusals() throws {
        #expect(throws: SelectionError.negative(-1)) { try Selection(of: .rows, [3, -1]) }
        #expect(throws: SelectionError.repeated(3)) { try Selection(of: .rows, [3, 3]) }
        #expect(throws: SelectionError.lengths("weights", expected: 2, found: 1)) {
            try Selection(of: .rows, [3, 4], weights: [1])
        }
        #expect(throws: SelectionError.lengths("reasons", expected: 1, found: 2)) {
            try Selection(of: .rows, [3], reasons: ["a", "b"])
        }
        for weight in [Float(-1), .infinity] {
            #expect(throws: SelectionError.badWeight(id: 3, value: weight)) {
                try Selection(of: .rows, [3], weights: [weight])
            }
        }
        #expect(throws: SelectionError.self) { try Selection(of: .rows, [3], weights: [.nan]) }
        let far = try Selection(of: .examples, [0, 9])
        #expect(throws: SelectionError.outside(9, count: 9, subject: .examples)) {
            try far.applied(to: nil, count: 9, of: .examples)
        }
    }

    @Test("of examples become rows that take the interactions out of histories")
    func rows() throws {
        let log = try smallLog([(1, 1), (2, 2), (1, 3), (2, 1), (1, 2)])
        let late = try log.whole().windows(length: 3, minHistory: 1)
        #expect(late.rows == [2, 3, 4])
        let chosen = try Selection(of: .examples, [0], reason: "noise")
        let rows = try late.rows(of: chosen)
        #expect(rows == (try Selection(of: .rows, [2], reason: "noise")))
        let labels = try late.without(chosen.dropped(from: .examples))
        #expect(try labels.history(of: 1) == [1, 3])
        let dropped = try rows.dropped(from: .rows).map { Int32($0) }
        let interactions = try log.whole().without(rows: dropped).windows(length: 3, minHistory: 1)
        #expect(interactions.rows == [3, 4])
        #expect(try interactions.history(of: 1) == [1])
        #expect(throws: SelectionError.outside(3, count: 3, subject: .examples)) {
            try late.rows(of: Selection(of: .examples, [3]))
        }
    }
}
