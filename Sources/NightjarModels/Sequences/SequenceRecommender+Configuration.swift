// Sequence models in checkpoints.

extension SequenceRecommender {
    /// Rebuilds the model of a configuration.
    ///
    /// - Throws: ``ModelError``, ``TensorError``, or what the source of values throws.
    public convenience init(
        _ configuration: ModelConfiguration, values source: ParameterSource
    ) throws {
        var options = Options(
            items: try configuration.size("items"), dim: try configuration.size("dim"),
            representation: try configuration.word("representation"),
            loss: try configuration.word("loss"))
        options.negatives = configuration.sizes["negatives"] ?? options.negatives
        options.calibration = configuration.numbers?["calibration"] ?? options.calibration
        options.hasOutputEmbeddings = configuration.switches["output_embeddings"] ?? false
        options.learnsInitialState = configuration.switches["learned_initial_state"] ?? false
        options.emitsCell = configuration.switches["emits_cell"] ?? false
        if options.representation.isTransformer {
            options.transformer = TransformerOptions(
                blocks: try configuration.size("blocks"), heads: try configuration.size("heads"),
                dropout: try configuration.number("dropout"),
                maxLength: try configuration.size("max_length"))
        }
        if options.representation == .bert4rec {
            options.transformer.mask = try configuration.number("mask")
            options.transformer.lastMask = try configuration.number("last_mask")
        }
        try self.init(options, values: source)
    }

    /// Options as a checkpoint stores them; those that do not matter for the loss are left out.
    public var configuration: ModelConfiguration {
        var sizes = ["items": options.items, "dim": options.dim]
        if options.loss.isSampled { sizes["negatives"] = options.negatives }
        var numbers = options.loss == .gbce ? ["calibration": options.calibration] : [:]
        if options.representation.isTransformer {
            sizes["blocks"] = options.transformer.blocks
            sizes["heads"] = options.transformer.heads
            sizes["max_length"] = options.transformer.maxLength
            numbers["dropout"] = options.transformer.dropout
        }
        if options.representation == .bert4rec {
            numbers["mask"] = options.transformer.mask
            numbers["last_mask"] = options.transformer.lastMask
        }
        return ModelConfiguration(
            kind: Self.kind, sizes: sizes,
            switches: [
                "output_embeddings": options.hasOutputEmbeddings,
                "learned_initial_state": options.learnsInitialState,
                "emits_cell": options.emitsCell,
            ],
            numbers: numbers,
            words: [
                "representation": options.representation.rawValue, "loss": options.loss.rawValue,
            ])
    }
}

extension ModelConfiguration {
    /// The number called `option`.
    ///
    /// - Throws: ``ModelError/missingOption(_:kind:)``.
    fileprivate func number(_ option: String) throws(ModelError) -> Double {
        guard let value = numbers?[option] else { throw .missingOption(option, kind: kind) }
        return value
    }

    /// The choice called `option`.
    ///
    /// - Throws: ``ModelError/missingOption(_:kind:)``, also for a word of a later version.
    fileprivate func word<Choice: RawRepresentable<String>>(
        _ option: String
    ) throws(ModelError) -> Choice {
        guard let word = words?[option], let choice = Choice(rawValue: word) else {
            throw .missingOption(option, kind: kind)
        }
        return choice
    }
}
