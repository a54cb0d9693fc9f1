// How much of the future a training side knows.

/// Counts training rows that are later than what the test asks about.
///
/// Source: Y. Ji, A. Sun, J. Zhang and C. Li, *A critical study on data leakage in recommender
/// system offline evaluation*, ACM TOIS 41(3), 2023.
struct Leakage {
    /// Training rows later than the earliest test row; `nil` without timestamps.
    let trainRowsFromTheFuture: Int?
    /// Test rows after which the same user still has training rows, in the order of the log.
    let testRowsBeforeOwnTraining: Int
    private let trainCount: Int
    private let testCount: Int

    init(train: Part, test: Part) {
        trainCount = train.count
        testCount = test.count
        trainRowsFromTheFuture = train.log.timestamps.map { times in
            guard let first = test.rows.lazy.map({ times[Int($0)] }).min() else { return 0 }
            return train.rows.count { times[Int($0)] > first }
        }
        let users = train.log.users
        var lastTraining = [Int32](repeating: -1, count: train.log.userCount + 1)
        for row in train.rows { lastTraining[Int(users[Int(row)])] = row }
        testRowsBeforeOwnTraining = test.rows.count { lastTraining[Int(users[Int($0)])] > $0 }
    }

    /// What to tell the reader, worst first.
    var warnings: [String] {
        var found: [String] = []
        if testRowsBeforeOwnTraining > 0 {
            found.append(
                "leaky: for \(testRowsBeforeOwnTraining) of \(testCount) test rows, training"
                    + " contains later rows of the same user")
        }
        switch trainRowsFromTheFuture {
        case .some(0): break
        case .some(let count):
            found.append(
                "leaky: \(count) of \(trainCount) training rows are later than the first test row,"
                    + " so models learn from the future of other users (Ji et al., TOIS 2023);"
                    + " a split by time (by = \"time\") does not")
        case nil:
            found.append(
                "possibly leaky: without timestamps nothing keeps the future of other users"
                    + " out of training (Ji et al., TOIS 2023)")
        }
        return found
    }
}
