// nj.search.

import LuaHost
import NightjarTraining

/// Declares `nj.search` and its classes.
enum SearchLibrary {
    static let library = Library(
        modules: [module],
        classes: [range, TrialBinding.declaration, SearchBinding.declaration, refit],
        functions: ranges + [SearchBinding.run] + TrialBinding.functions + SearchBinding.functions
            + [rangeText, refitText])

    static let module = Module(
        "nj.search", summary: "Search for good hyperparameters, recorded trial by trial.")

    static let range = Class(
        "nj.SearchRange", of: SearchRange.self,
        summary: "The values that a parameter of a search may have.")

    private static let limits: [LuaHost.Parameter] = [
        .number("low", "the least value"), .number("high", "the greatest value"),
    ]

    static let ranges = [uniform, logUniform, int, choice]

    static let uniform = Function(
        "uniform", on: "nj.search", summary: "Any number between two.", positional: limits,
        returns: .object(SearchRange.self, "the range"), example: "nj.search.uniform(0, 0.5)"
    ) { call in .uniform(try call.ends()) as SearchRange }

    static let logUniform = Function(
        "log_uniform", on: "nj.search",
        summary: "Any number between two above 0, as often from 1 to 10 as from 10 to 100.",
        positional: limits,
        returns: .object(SearchRange.self, "the range"),
        example: "nj.search.log_uniform(1e-4, 1e-1)"
    ) { call in .logUniform(try call.ends()) as SearchRange }

    static let int = Function(
        "int", on: "nj.search", summary: "Any whole number between two.",
        positional: [
            .integer("low", "the least value"), .integer("high", "the greatest value"),
        ],
        options: [.integer("step", default: 1, in: 1..., "from one value to the next")],
        returns: .object(SearchRange.self, "the range"),
        example: "nj.search.int(16, 128, { step = 8 })"
    ) { call in
        let (low, high) = (try call.integer("low"), try call.integer("high"))
        guard low <= high else {
            throw LuaError("there is no number from \(low) to \(high). Give the lesser one first.")
        }
        return .integer(low...high, step: try call.integer("step")) as SearchRange
    }

    static let choice = Function(
        "choice", on: "nj.search", summary: "Any of the values listed.",
        positional: [
            .list("values", of: .either([.boolean, .number, .string]), "the values")
        ],
        returns: .object(SearchRange.self, "the range"),
        example: #"nj.search.choice{ "softmax", "bce" }"#
    ) { call in
        .choice(
            try call.table("values").values().enumerated().map { place, value in
                guard let one = SearchValue(value) else {
                    throw LuaError("value \(place + 1) is not text in UTF-8. Give plain text.")
                }
                return one
            }) as SearchRange
    }

    static let rangeText = Function(
        "__tostring", on: "nj.SearchRange", summary: "Names the kind and the limits.",
        returns: .string("one line")
    ) { call in "SearchRange \(try call.receiver(SearchRange.self))" }

    static let refit = Class(
        "nj.Refit", of: Refit.self,
        summary: "The best setting of a search with several seeds.",
        properties: [
            Property("trial", .integer, "number of the trial") { (refit: Refit) in
                refit.trial.number
            },
            Property("params", .table, "its setting") { (refit: Refit) in
                LuaRecord(setting: refit.setting)
            },
            Property("seeds", .list(.integer), "the seeds") { (refit: Refit) in refit.seeds },
            Property(
                "metrics", .table,
                "for each metric a table of its mean, sd (with n - 1), and values in the order of seeds"
            ) { (refit: Refit) in
                LuaRecord(
                    fields: refit.metrics.map { name, values in
                        let spread = Refit.spread(values)
                        return (
                            name,
                            LuaRecord([
                                "mean": spread.mean, "sd": spread.deviation, "values": values,
                            ])
                        )
                    })
            },
        ])

    static let refitText = Function(
        "__tostring", on: "nj.Refit", summary: "Gives means and standard deviations.",
        returns: .string("one line")
    ) { call in "\(try call.receiver(Refit.self))" }
}

extension SearchRange: LuaObject {}

extension SearchValue {
    /// A value of a script that a parameter can have.
    init?(_ value: LuaValue) {
        switch value {
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .string(let string):
            guard let text = string.text else { return nil }
            self = .text(text)
        default: return nil
        }
    }

    /// The value for scripts.
    var lua: any LuaConvertible {
        switch self {
        case .boolean(let value): value
        case .integer(let value): value
        case .number(let value): value
        case .text(let value): value
        }
    }
}

extension LuaRecord {
    /// A setting as a table by name.
    init(setting: [(key: String, value: SearchValue)]) {
        self.init(fields: setting.map { ($0.key, $0.value.lua) })
    }
}

extension Call {
    /// The two ends of a range of numbers.
    fileprivate func ends() throws -> ClosedRange<Double> {
        let (low, high) = (try number("low"), try number("high"))
        guard low <= high else {
            throw LuaError("there is no number from \(low) to \(high). Give the lesser one first.")
        }
        return low...high
    }
}
