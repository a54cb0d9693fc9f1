// How large the sides of a split are to be.

/// The shares of validation and test.
struct Shares {
    let valid: Double
    let test: Double

    /// Checks that there is something to test on and something to train on.
    init(valid: Double, test: Double) throws(SplitError) {
        guard valid >= 0, test > 0, valid + test < 1 else {
            throw .badShares(valid: valid, test: test)
        }
        self.valid = valid
        self.test = test
    }

    /// Numbers of validation and test among `count`: each share rounded down.
    func counts(of count: Int) -> (valid: Int, test: Int) {
        (Int(valid * Double(count)), Int(test * Double(count)))
    }

    /// The sides of `count` things in an order that ends in validation, then test.
    func sides(of count: Int) -> [Part.Role] {
        let (valid, test) = counts(of: count)
        return (0..<count).map { place in
            if place >= count - test { return .test }
            return place >= count - test - valid ? .valid : .train
        }
    }

    /// How a protocol line names a side that is a share of something, such as `10% test, 10% valid`.
    var words: String {
        Self.percent(test) + " test" + (valid > 0 ? ", \(Self.percent(valid)) valid" : "")
    }

    private static func percent(_ share: Double) -> String {
        let rounded = (share * 1000).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))%" : "\(rounded)%"
    }
}
