// Options of sequence models that attend.

/// What self-attention models can choose beside the size of their states.
public struct TransformerOptions: Sendable, Equatable {
    /// Blocks of attention and feed-forward layers, one after the other.
    public var blocks: Int
    /// Heads of each attention, which share the numbers of a state equally.
    public var heads: Int
    /// The probability with which an element is left out while training.
    public var dropout: Double
    /// How many of the latest items a state is made of.
    public var maxLength: Int
    /// The probability with which an item is masked, for models that predict masked items.
    public var mask: Double
    /// How often only the last item of a sequence is masked instead.
    public var lastMask: Double

    /// Creates options.
    public init(
        blocks: Int = 2, heads: Int = 1, dropout: Double = 0.1, maxLength: Int = 200,
        mask: Double = 0.2, lastMask: Double = 0.1
    ) {
        self.blocks = blocks
        self.heads = heads
        self.dropout = dropout
        self.maxLength = maxLength
        self.mask = mask
        self.lastMask = lastMask
    }

    /// Checks that a model of a size can have them.
    func check(dim: Int) throws(ModelError) {
        for (name, value, limit) in [
            ("blocks", blocks, 1 << 10), ("heads", heads, 1 << 16),
            ("max_length", maxLength, 1 << 24),
        ] where value < 1 || value > limit {
            throw .badSize(option: name, value: value)
        }
        guard dim.isMultiple(of: heads) else { throw .unequalHeads(heads: heads, dim: dim) }
        guard dropout >= 0, dropout < 1 else { throw .badShare(option: "dropout", value: dropout) }
        for (name, value) in [("mask", mask), ("last_mask", lastMask)]
        where !(0...1).contains(value) {
            throw .badShare(option: name, value: value)
        }
    }
}
