import Foundation
import NightjarData
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

/// A data set whose users choose in rings: after item i comes i + 1, or rarely any item.
struct SmallWorld {
    let train: Examples
    let valid: Examples
    let test: Examples

    init(users: Int = 12, rowsPerUser: Int = 16, items: Int = 9, length: Int = 5) throws {
        var stream = RandomStream(seed: 5, "small world")
        var rows: [(user: Int32, item: Int32)] = []
        for user in 1...users {
            var item = 1 + stream.below(items)
            for _ in 0..<rowsPerUser {
                rows.append((Int32(user), Int32(item)))
                item = stream.bernoulli(0.1) ? 1 + stream.below(items) : item % items + 1
            }
        }
        let log = try log(of: rows, items: items)
        let split = try log.splitByUserTail(valid: 0.2, test: 0.2, minimumRows: 1)
        train = try split.train.windows(length: length)
        valid = try split.valid.windows(length: length)
        test = try split.test.windows(length: length)
    }

    func model(hidden: Int = 8, seed: UInt64 = 3) throws -> LSTMRecommender {
        try LSTMRecommender(
            .init(items: train.log.itemCount, dim: 6, hidden: hidden), seed: seed)
    }
}

/// A log of rows in their order.
func log(of rows: [(user: Int32, item: Int32)], items: Int? = nil) throws -> Interactions {
    let userCount = Int(rows.map(\.user).max() ?? 0)
    let itemCount = items ?? Int(rows.map(\.item).max() ?? 0)
    return try Interactions(
        name: "small", users: rows.map(\.user), items: rows.map(\.item),
        userTable: AttributeTable(ids: (0..<userCount).map { "u\($0 + 1)" }),
        itemTable: AttributeTable(ids: (0..<itemCount).map { "i\($0 + 1)" }))
}

/// All values of a model, one parameter after the other.
func values(of model: any NextItemModel) -> [Float] { model.parameters.flatMap(\.value.values) }

/// A folder of its own for each test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Names of the files in it, sorted.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }
}
