// How work on many elements is cut for several threads.

import NightjarRuntime

/// Numbers of pieces that work is cut into, which depend on its size alone.
enum Pieces {
    /// Below 2¹⁶ elements a piece, waking another thread costs more than it saves.
    static func count(for elements: Int) -> Int { max(1, min(64, elements >> 16)) }

    /// Calls `body` with ranges that cover `0 ..< count`, in parallel when all elements are many.
    static func run(_ count: Int, elements: Int, _ body: (Range<Int>) -> Void) {
        guard count > 0 else { return }
        let pieces = min(count, Self.count(for: elements))
        Workers.run(pieces) { body(Slices.range($0, of: pieces, over: count)) }
    }
}
