import NightjarData
import NightjarTensor

@testable import NightjarModels

/// Users of a small log, who are sequences of training.
enum BaselineWorld {
    static let rows: [[Int32]] = [[1, 2, 3, 2], [2, 3, 1], [3, 2, 4], [1, 2]]
    static let items = 5

    static func train(_ weights: [Float]? = nil) throws -> Sequences {
        let users = rows.enumerated().flatMap { user, items in
            [Int32](repeating: Int32(user + 1), count: items.count)
        }
        let all = rows.flatMap(\.self)
        let log = try Interactions(
            name: "baselines", users: users, items: all,
            timestamps: (0..<Int64(all.count)).map(\.self),
            userTable: AttributeTable(ids: rows.indices.map { "\($0)" }),
            itemTable: AttributeTable(ids: (1...items).map { "\($0)" }))
        return try log.whole().chunks(length: 4).withWeights(weights)
    }
}

extension Scorer {
    /// The scores of all classes after a history.
    func scores(after history: [Int32], padding: Int = 0) throws -> [Double] {
        let padded = [Int32](repeating: 0, count: padding) + history
        var found: [Double] = []
        try forEachExample(of: Batch(histories: padded, targets: [1])) { _, scores in
            found = scores.map(Double.init)
        }
        return found
    }
}
