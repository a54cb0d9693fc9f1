// nj.Split.

import LuaHost
import NightjarData

extension Split: LuaObject {
    /// Bytes of the rows and sides, without the log, which its own object counts.
    public var nativeBytes: Int { train.nativeBytes + valid.nativeBytes + test.nativeBytes }
}

/// A log in three sides.
enum SplitBinding {
    static let declaration = Class(
        "nj.Split", of: Split.self,
        summary: "A log divided into what models learn from, choices are made on, and results are"
            + " reported on.",
        properties: [
            Property("train", .object(Part.self), "what models learn from") {
                (split: Split) in split.train
            },
            Property("valid", .object(Part.self), "what choices are made on; nil if not asked for")
            {
                (split: Split) in split.valid.count > 0 ? split.valid : nil
            },
            Property("test", .object(Part.self), "what results are reported on") {
                (split: Split) in split.test
            },
            Property("log", .object(Interactions.self), "the log, in the order of the split") {
                (split: Split) in split.log
            },
            Property("protocol", .string, "how the log was divided, to print with every result") {
                (split: Split) in split.protocolLine
            },
            Property("warnings", .list(.string), "what to know before believing a result") {
                (split: Split) in split.warnings
            },
        ])

    static let functions = [without, text]

    static let without = Function(
        "without", on: "nj.Split",
        summary: "Gives the split as if rows had never happened, on any side.",
        details: "They are gone from histories too. Rows keep their numbers.",
        positional: [.dropped("a selection of rows, or row numbers of split.log from 1")],
        returns: .object(Split.self, "the split without them")
    ) { call in
        try call.receiver(Split.self).without(rows: call.droppedRows("dropped"))
    }

    static let text = Function(
        "__tostring", on: "nj.Split", summary: "The protocol line, and a line for each warning.",
        returns: .string("the text")
    ) { call in
        let split = try call.receiver(Split.self)
        return ([split.protocolLine] + split.warnings.map { "warning: \($0)" })
            .joined(separator: "\n")
    }
}
