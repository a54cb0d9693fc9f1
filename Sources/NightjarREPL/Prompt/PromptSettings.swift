// What a user can change about the prompt.

import NightjarRuntime

/// Settings of a dialogue, by the names that `:set` takes.
struct PromptSettings {
    /// When the time of a form is told.
    enum Timing: String, CaseIterable {
        case auto, always, never
    }

    /// The names of all settings.
    static let names = ["time", "elements", "depth"]

    /// When to tell how long a form took: when it took long, always or never.
    var time = Timing.auto
    /// List elements and fields of a table that are shown.
    var elements = 20
    /// Tables inside tables that are opened.
    var depth = 3

    /// The settings and what they mean, a line each.
    var description: String {
        """
        time \(time)  when to tell how long a form took: auto (from 0.1 s), always, never
        elements \(elements)  elements and fields of a table that are shown, 1 to 1000
        depth \(depth)  tables inside tables that are opened, 0 to 20
        """
    }

    /// Changes one setting.
    ///
    /// - Throws: ``Problem`` when there is no such setting or value.
    mutating func set(_ name: String, to value: String) throws(Problem) {
        switch name {
        case "time":
            guard let timing = Timing(rawValue: value) else {
                throw Problem("'time' is auto, always or never, not '\(value)'")
            }
            time = timing
        case "elements": elements = try Self.number(name, value, in: 1...1_000)
        case "depth": depth = try Self.number(name, value, in: 0...20)
        default:
            let hint = Suggestion.hint(for: name, in: Self.names)
            throw Problem("there is no setting '\(name)'\(hint); :set lists them")
        }
    }

    private static func number(
        _ name: String, _ value: String, in range: ClosedRange<Int>
    ) throws(Problem) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw Problem(
                "'\(name)' is a number from \(range.lowerBound) to \(range.upperBound),"
                    + " not '\(value)'")
        }
        return number
    }

    /// Why a setting cannot be changed.
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
