// Items with room before the first: a state for every step, that before all items included.

import NightjarTensor

/// The items of a batch after a step of padding, so that the state after step t is the one before
/// item t, and the first one knows nothing.
struct PrecededItems {
    /// Shape `[T, B]`, time-major; the first step is padding.
    let ids: [Int32]
    /// B examples of T steps.
    let layout: RowLayout
    /// The step before each example's first item; T − 1 where there is none.
    let begins: [Int32]

    private init(ids: [Int32], layout: RowLayout, begins: [Int32]) {
        self.ids = ids
        self.layout = layout
        self.begins = begins
    }

    /// - Parameters:
    ///   - items: shape `[T − 1, B]`, time-major, left-padded with 0.
    ///   - examples: B.
    init(_ items: ArraySlice<Int32>, examples: Int) {
        ids = [Int32](repeating: 0, count: examples) + items
        layout = RowLayout(
            examples: examples, steps: ids.count / max(1, examples), isTimeMajor: true)
        var begins = [Int32](repeating: Int32(layout.steps - 1), count: examples)
        for place in ids.indices.reversed() where ids[place] > 0 {
            begins[place % examples] = Int32(place / examples - 1)
        }
        self.begins = begins
    }

    /// With zeros before each example's first item until it has `length` steps, if it has fewer.
    func padded(to length: Int) -> PrecededItems {
        let added = max(0, length - layout.steps)
        let steps = layout.steps + added
        return PrecededItems(
            ids: [Int32](repeating: 0, count: added * layout.examples) + ids,
            layout: RowLayout(examples: layout.examples, steps: steps, isTimeMajor: true),
            begins: begins.map { min($0 + Int32(added), Int32(max(0, steps - length))) })
    }

    /// The last `count` steps.
    func suffix(_ count: Int) -> PrecededItems {
        let cut = layout.steps - min(layout.steps, max(1, count))
        return PrecededItems(
            ids: Array(ids.dropFirst(cut * layout.examples)),
            layout: RowLayout(
                examples: layout.examples, steps: layout.steps - cut, isTimeMajor: true),
            begins: begins.map { max(0, $0 - Int32(cut)) })
    }
}
