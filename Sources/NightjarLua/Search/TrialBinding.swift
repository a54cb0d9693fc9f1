// nj.Trial.

import LuaHost
import NightjarRuntime
import NightjarTraining

/// What an objective gets: a setting to try, and where to tell how it goes.
final class TrialObject: LuaObject {
    let number: Int
    let setting: [(key: String, value: SearchValue)]
    let budget: Int?
    let seed: Int
    let folder: String
    let run: RunObject
    /// The last value reported, and its step.
    private(set) var reported: (step: Int, value: Double)?

    init(
        number: Int, setting: [(key: String, value: SearchValue)], budget: Int?, seed: Int,
        folder: String, run: Run
    ) {
        self.number = number
        self.setting = setting
        self.budget = budget
        self.seed = seed
        self.folder = folder
        self.run = RunObject(run)
    }

    /// Logs a value, and tells whether more of the trial is wanted.
    func report(_ step: Int, _ value: Double) throws -> Bool {
        try run.run.log([RecordedSearch.valueMetric: value], step: step)
        reported = (step, value)
        return value.isFinite && step < budget ?? .max
    }
}

/// Declares trials.
enum TrialBinding {
    static let declaration = Class(
        "nj.Trial", of: TrialObject.self,
        summary: "A setting that a search wants tried, as its objective gets it.",
        properties: [
            Property("number", .integer, "number of the trial, from 1") { (trial: TrialObject) in
                trial.number
            },
            Property("params", .table, "the value of each parameter by name") {
                (trial: TrialObject) in LuaRecord(setting: trial.setting)
            },
            Property("budget", .integer, "how much to spend, such as epochs; nil without halving") {
                (trial: TrialObject) in trial.budget
            },
            Property("seed", .integer, "a seed of its own, the same with every budget") {
                (trial: TrialObject) in trial.seed
            },
            Property(
                "folder", .string,
                "a folder of its own, the same with every budget and after a stop, for checkpoints"
            ) { (trial: TrialObject) in trial.folder },
            Property("run", .object(RunObject.self), "its recorded run, for nj.fit and notes") {
                (trial: TrialObject) in trial.run
            },
        ])

    static let functions = [report, text]

    static let report = Function(
        "report", on: "nj.Trial", summary: "Tells the value of the objective so far.",
        details: """
            Values are logged with their steps. The answer is made for on_epoch of nj.fit, which ends \
            training when it is false.
            """,
        positional: [
            .integer("step", "where in the trial, such as the epoch"),
            .number("value", allowsNaN: true, "the value there"),
        ],
        returns: .boolean("false when the budget is used up, or the value is no finite number"),
        example:
            "on_epoch = function(epoch) return trial:report(epoch.epoch, epoch.valid.mrr) end"
    ) { call in
        try call.receiver(TrialObject.self)
            .report(call.integer("step"), call.number("value"))
    }

    static let text = Function(
        "__tostring", on: "nj.Trial", summary: "Gives the number and the setting.",
        returns: .string("one line")
    ) { call in
        let trial = try call.receiver(TrialObject.self)
        return "Trial \(trial.number): " + trial.setting.words
    }
}

extension [(key: String, value: SearchValue)] {
    /// Such as `dim 64, lr 0.01`.
    var words: String {
        map { key, value in
            if case .number(let number) = value {
                return "\(key) \(NumberText.significant(number, digits: 4))"
            }
            return "\(key) \(value)"
        }.joined(separator: ", ")
    }
}
