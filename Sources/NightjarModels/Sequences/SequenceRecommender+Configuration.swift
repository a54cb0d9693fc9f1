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
        if options.loss.isSampled { options.sampling = try NegativeSampling(configuration) }
        options.calibration = configuration.numbers?["calibration"] ?? options.calibration
        options.hasOutputEmbeddings = configuration.switches["output_embeddings"] ?? false
        options.learnsInitialState = configuration.switches["learned_initial_state"] ?? false
        if configuration.words?["initial_weights"] != nil {
            options.initialWeights = try configuration.word("initial_weights")
        }
        options.paddedLength = configuration.sizes["padded_length"]
        options.emitsCell = configuration.switches["emits_cell"] ?? false
        options.normalisesStates = configuration.switches["layer_norm"] ?? false
        if !options.representation.isTransformer {
            options.stateDropout = configuration.numbers?["dropout"] ?? 0
        }
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
        if options.representation == .cnn {
            options.convolution = try Convolution(configuration)
        }
        if options.representation == .mixture {
            options.tastes = try configuration.size("tastes")
        }
        try self.init(options, values: source)
    }

    /// Options as a checkpoint stores them; those that do not matter for the loss are left out.
    public var configuration: ModelConfiguration {
        var sizes = ["items": options.items, "dim": options.dim]
        var numbers = options.loss == .gbce ? ["calibration": options.calibration] : [:]
        var switches = [
            "output_embeddings": options.hasOutputEmbeddings,
            "learned_initial_state": options.learnsInitialState,
            "emits_cell": options.emitsCell,
        ]
        var words = [
            "representation": options.representation.rawValue, "loss": options.loss.rawValue,
        ]
        if options.representation == .cnn {
            options.convolution.write(to: &sizes, &switches, &words)
        }
        if options.representation == .mixture { sizes["tastes"] = options.tastes }
        sizes["padded_length"] = options.paddedLength
        if options.initialWeights != .uniform {
            words["initial_weights"] = options.initialWeights.rawValue
        }
        if options.stateDropout > 0 { numbers["dropout"] = options.stateDropout }
        if options.normalisesStates { switches["layer_norm"] = true }
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
        if options.loss.isSampled {
            sizes["negatives"] = options.negatives
            let sampling = options.sampling
            words["negatives_from"] = sampling.source.rawValue
            if sampling.source == .popularity {
                numbers["popularity_exponent"] = sampling.exponent
            }
            if sampling.knowsPopularity { switches["knows_popularity"] = true }
            if sampling.source == .hard { sizes["pool"] = sampling.pool }
            if options.loss == .sampledSoftmax { switches["corrected"] = sampling.isCorrected }
        }
        return ModelConfiguration(
            kind: Self.kind, sizes: sizes, switches: switches, numbers: numbers, words: words)
    }
}

extension NegativeSampling {
    /// Reads how negatives are drawn from a configuration; uniformly where it does not say.
    ///
    /// - Throws: ``ModelError/missingOption(_:kind:)``.
    fileprivate init(_ configuration: ModelConfiguration) throws(ModelError) {
        self.init()
        if configuration.words?["negatives_from"] != nil {
            source = try configuration.word("negatives_from")
        }
        exponent = configuration.numbers?["popularity_exponent"] ?? exponent
        pool = configuration.sizes["pool"] ?? pool
        isCorrected = configuration.switches["corrected"] ?? false
        knowsPopularity = configuration.switches["knows_popularity"] ?? false
    }
}

extension Convolution {
    /// Reads the stack of a configuration.
    ///
    /// - Throws: ``ModelError/missingOption(_:kind:)``.
    fileprivate init(_ configuration: ModelConfiguration) throws(ModelError) {
        let listed = (configuration.words?["dilations"] ?? "").split(separator: ",")
        let dilations = listed.compactMap { Int($0) }
        guard dilations.count == listed.count else {
            throw .missingOption("dilations", kind: configuration.kind)
        }
        self.init(
            kernel: try configuration.size("kernel"), dilations: dilations,
            activation: try configuration.word("activation"),
            isResidual: configuration.switches["residual"] ?? false)
    }

    fileprivate func write(
        to sizes: inout [String: Int], _ switches: inout [String: Bool],
        _ words: inout [String: String]
    ) {
        sizes["kernel"] = kernel
        switches["residual"] = isResidual
        words["activation"] = activation.rawValue
        words["dilations"] = dilations.map(String.init).joined(separator: ",")
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
