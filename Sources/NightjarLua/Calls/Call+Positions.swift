// Positions: scripts count from 1, Swift from 0.

import LuaHost
import NightjarData

extension Call {
    /// A position that the script counts from 1, counted from 0.
    ///
    /// - Throws: When the argument was left out.
    func position(_ name: String) throws -> Int { try integer(name) &- 1 }

    /// A list of positions that the script counts from 1, counted from 0.
    ///
    /// Wrapping, as every number may come from a script; who uses a position checks its range.
    ///
    /// - Throws: When an element is no integer.
    func positions(_ name: String) throws -> [Int] { try integers(name).map { $0 &- 1 } }

    /// What to drop, from 0: the numbers of a selection of `subject`, or a list of positions.
    ///
    /// - Throws: ``SelectionError`` when the selection is of something else.
    func dropped(_ name: String, from subject: Selection.Subject) throws -> [Int] {
        if let selection = try object(ifGiven: name, as: Selection.self) {
            return try selection.dropped(from: subject)
        }
        return try positions(name)
    }

    /// Rows to drop, from 0, as logs number them.
    ///
    /// - Throws: ``SelectionError`` when the selection is of something else.
    func droppedRows(_ name: String) throws -> [Int32] {
        try dropped(name, from: .rows).map { Int32(clamping: $0) }
    }
}

extension Parameter {
    /// What to drop: a selection, or a list of positions from 1.
    static func dropped(_ summary: String) -> Parameter {
        .either("dropped", [.object(Selection.self), .list(.integer)], summary)
    }
}

/// Positions as scripts count them.
func fromOne(_ positions: some Sequence<some BinaryInteger>) -> [Int] {
    positions.map { Int($0) + 1 }
}
