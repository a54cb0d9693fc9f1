// What a search chooses from.

#if canImport(Glibc)
    import Glibc
#endif

/// One value of a parameter.
public enum SearchValue: Sendable, Equatable {
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A number.
    case number(Double)
    /// Text.
    case text(String)
}

extension SearchValue: CustomStringConvertible {
    /// The value as runs keep it; numbers read back as the same number.
    public var description: String {
        switch self {
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): value
        }
    }
}

/// The values that a parameter may have, and how likely each is before anything was tried.
public enum SearchRange: Sendable, Equatable {
    /// All numbers between two, alike.
    case uniform(ClosedRange<Double>)
    /// All numbers between two, whose logarithms are alike.
    case logUniform(ClosedRange<Double>)
    /// The whole numbers from the lower bound in steps, alike.
    case integer(ClosedRange<Int>, step: Int)
    /// Any of these, alike.
    case choice([SearchValue])
}

/// The parameters of a search, by name.
public struct SearchSpace: Sendable, Equatable {
    /// A parameter.
    public struct Parameter: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its values.
        public let range: SearchRange
    }

    /// The parameters in the order of their names.
    public let parameters: [Parameter]

    /// The most values that a range of whole numbers may have.
    private static let mostValues = 1 << 20

    /// Creates a space.
    ///
    /// - Throws: ``SearchError`` for a space without parameters or a range without values.
    public init(_ ranges: [String: SearchRange]) throws(SearchError) {
        guard !ranges.isEmpty else { throw .emptySpace }
        var parameters: [Parameter] = []
        for (name, range) in ranges.sorted(by: { $0.key < $1.key }) {
            if let problem = range.problem(mostValues: Self.mostValues) {
                throw .badRange(name, problem: problem)
            }
            parameters.append(Parameter(name: name, range: range))
        }
        self.parameters = parameters
    }

    /// Names and values of a setting, in the order of the names.
    public func named(_ setting: [SearchValue]) -> [(key: String, value: SearchValue)] {
        zip(parameters, setting).map { (key: $0.name, value: $1) }
    }

    /// The setting that texts by name stand for, as a store keeps them.
    ///
    /// - Throws: ``SearchError/foreignValue(_:_:)`` for a value that the space does not have.
    func setting(from text: (String) -> String?) throws(SearchError) -> [SearchValue] {
        var setting: [SearchValue] = []
        for parameter in parameters {
            let found = text(parameter.name)
            guard let value = found.flatMap({ parameter.range.value(written: $0) }) else {
                throw .foreignValue(parameter.name, found ?? "nothing")
            }
            setting.append(value)
        }
        return setting
    }
}

extension SearchSpace: CustomStringConvertible {
    /// One parameter a line.
    public var description: String {
        parameters.map { "\($0.name) \($0.range)" }.joined(separator: "\n")
    }
}

extension SearchRange: CustomStringConvertible {
    /// Such as `log_uniform 0.001 to 0.05`.
    public var description: String {
        switch self {
        case .uniform(let range): "uniform \(range.lowerBound) to \(range.upperBound)"
        case .logUniform(let range): "log_uniform \(range.lowerBound) to \(range.upperBound)"
        case .integer(let range, let step):
            "int \(range.lowerBound) to \(range.upperBound) step \(step)"
        case .choice(let values): "choice \(values.map { "\($0)" }.joined(separator: ", "))"
        }
    }
}

// MARK: - Coordinates

extension SearchRange {
    /// What makes the range no range; `nil` when all is well.
    fileprivate func problem(mostValues: Int) -> String? {
        switch self {
        case .uniform(let range):
            return (range.upperBound - range.lowerBound).isFinite
                ? nil : "its ends must be finite numbers"
        case .logUniform(let range):
            return range.lowerBound > 0 && range.upperBound.isFinite
                ? nil : "its ends must be finite numbers above 0"
        case .integer(let range, let step):
            guard step >= 1 else { return "its step must be 1 or more" }
            let (width, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
            return !overflow && width / step < mostValues
                ? nil : "it has more than \(mostValues) values; take larger steps, or a uniform one"
        case .choice(let values):
            if values.isEmpty { return "it needs at least one value" }
            let texts = Set(values.map(\.description))
            return texts.count == values.count ? nil : "it has a value twice"
        }
    }

    /// How many values there are; `nil` for a range of numbers.
    var count: Int? {
        switch self {
        case .uniform, .logUniform: nil
        case .integer(let range, let step): (range.upperBound - range.lowerBound) / step + 1
        case .choice(let values): values.count
        }
    }

    /// The value at a coordinate: the number itself, its logarithm, or the place of a value from 0.
    func value(at coordinate: Double) -> SearchValue {
        switch self {
        case .uniform(let range): return .number(range.clamping(coordinate))
        case .logUniform(let range): return .number(range.clamping(exp(coordinate)))
        case .integer(let range, let step):
            return .integer(range.lowerBound + place(coordinate) * step)
        case .choice(let values): return values[place(coordinate)]
        }
    }

    /// The coordinate of one of the range's values.
    func coordinate(of value: SearchValue) -> Double {
        switch (self, value) {
        case (.uniform, .number(let number)): number
        case (.logUniform, .number(let number)): log(number)
        case (.integer(let range, let step), .integer(let number)):
            Double((number - range.lowerBound) / step)
        case (.choice(let values), _): Double(values.firstIndex(of: value) ?? 0)
        default: 0
        }
    }

    /// The coordinates; half a step wider than the places of whole numbers.
    var coordinates: ClosedRange<Double> {
        switch self {
        case .uniform(let range): range
        case .logUniform(let range): log(range.lowerBound)...log(range.upperBound)
        case .integer, .choice: -0.5...(Double(count ?? 1) - 0.5)
        }
    }

    private func place(_ coordinate: Double) -> Int {
        let last = (count ?? 1) - 1
        return Int((0...Double(last)).clamping(coordinate.rounded()))
    }

    /// The value that a text of a store stands for; `nil` when it is not one of the range's.
    fileprivate func value(written text: String) -> SearchValue? {
        switch self {
        case .uniform(let range), .logUniform(let range):
            return Double(text).flatMap { range.contains($0) ? .number($0) : nil }
        case .integer(let range, let step):
            return Int(text).flatMap { number in
                range.contains(number) && (number - range.lowerBound).isMultiple(of: step)
                    ? .integer(number) : nil
            }
        case .choice(let values): return values.first { $0.description == text }
        }
    }
}

extension ClosedRange<Double> {
    /// The nearest number of the range.
    fileprivate func clamping(_ value: Double) -> Double {
        Swift.min(Swift.max(value, lowerBound), upperBound)
    }
}
