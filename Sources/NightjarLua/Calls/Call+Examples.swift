// Examples in arguments, cut already or still a side of a split.

import LuaHost
import NightjarData

/// What examples can be taken from.
protocol ExampleSource {
    /// The examples.
    ///
    /// - Parameter historyLength: the length that the model at hand learned from; `nil` when it has
    ///   learned nothing.
    /// - Returns: the examples, those of a part cut to this length.
    /// - Throws: ``LuaError`` when the length is needed and not known.
    func examples(historyLength: Int?) throws -> Examples
}

extension Examples: ExampleSource {
    /// The examples as they are.
    func examples(historyLength: Int?) -> Examples { self }
}

extension Sequences: ExampleSource {
    /// One example for each sequence, which asks for its last item.
    func examples(historyLength: Int?) -> Examples { lastItems() }
}

extension Part: ExampleSource {
    /// One example for each row.
    func examples(historyLength: Int?) throws -> Examples {
        guard let historyLength else {
            throw LuaError(
                "how long the histories of this part should be is not known, as the model has not"
                    + " been trained. Train it first, or cut the examples:"
                    + " parts.\(role.rawValue):windows{ length = 50 }.")
        }
        return try windows(length: historyLength + 1)
    }
}

extension LuaType {
    /// The types of examples, of sequences, which are asked for their last item, and of a part, whose
    /// rows are cut as long as those that the model learned from.
    static let exampleSources: [LuaType] = [
        .object(Examples.self), .object(Sequences.self), .object(Part.self),
    ]
}

extension Parameter {
    /// Examples, or a part; read with ``Call/examples(_:historyLength:)``.
    static func examples(
        _ name: String, optional: Bool = false, _ summary: String
    ) -> Parameter {
        .either(
            name, LuaType.exampleSources, optional: optional,
            summary + "; sequences are asked for their last item")
    }
}

extension Call {
    /// The examples of an argument that is examples or a part.
    ///
    /// - Throws: ``LuaError`` for a part when no length is known.
    func examples(_ name: String, historyLength: Int?) throws -> Examples {
        try object(name, as: (any ExampleSource).self).examples(historyLength: historyLength)
    }

    /// The same for an argument that may be left out.
    ///
    /// - Throws: ``LuaError`` for a part when no length is known.
    func examples(ifGiven name: String, historyLength: Int?) throws -> Examples? {
        try object(ifGiven: name, as: (any ExampleSource).self)?
            .examples(historyLength: historyLength)
    }
}
