// What a sequence model can choose.

extension SequenceRecommender {
    /// How states are made.
    public enum Representation: String, Sendable, CaseIterable {
        /// Means of embeddings.
        case pooling
        /// States of an LSTM.
        case lstm
        /// States of a multiplicative LSTM.
        case mlstm
        /// States of a GRU.
        case gru
        /// Outputs of dilated causal convolutions.
        case cnn
        /// Several tastes, each with an attention, made of the states of an LSTM.
        case mixture
        /// Causal self-attention.
        case sasrec
        /// Self-attention in both directions around masked items.
        case bert4rec

        /// Whether states are those of a recurrent network, whose first one can be learned.
        public var isRecurrent: Bool { [.lstm, .mlstm, .gru, .mixture].contains(self) }
        /// Whether states come of self-attention.
        public var isTransformer: Bool { self == .sasrec || self == .bert4rec }
        /// Whether there are cell states to give.
        public var hasCell: Bool { [.lstm, .mlstm, .mixture].contains(self) }
    }

    /// How the weights of a recurrent layer begin.
    public enum InitialWeights: String, Sendable, CaseIterable {
        /// Weights and biases uniform in ±1/√D, as in PyTorch and in the mLSTM post.
        case uniform
        /// Weights uniform in ±√(6 / (rows + columns)), biases 0 (X. Glorot and Y. Bengio,
        /// *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010).
        case glorot
    }

    /// Options of the model.
    public struct Options: Sendable, Equatable {
        /// Number of items; classes are these and padding.
        public var items: Int
        /// Size D of embeddings and states.
        public var dim: Int
        /// How states are made.
        public var representation: Representation
        /// What is minimised.
        public var loss: SequenceLoss
        /// Negatives for each target of a sampled loss.
        public var negatives: Int
        /// How they are drawn.
        public var sampling: NegativeSampling
        /// How far gBCE makes up for sampling: 0 not at all, 1 wholly.
        public var calibration: Double
        /// Whether items have embeddings of their own where they are scored.
        public var hasOutputEmbeddings: Bool
        /// Whether a recurrent network begins in a learned state instead of with a vector of zeros.
        public var learnsInitialState: Bool
        /// How the weights of a recurrent network begin.
        public var initialWeights: InitialWeights
        /// The length L to which zeros run through a recurrent network before shorter histories, as if
        /// each had L items with the one that follows; `nil` to leave padding out.
        public var paddedLength: Int?
        /// Whether an LSTM gives its cell states, which have no bounds, instead of its hidden ones.
        public var emitsCell: Bool
        /// The stack of a convolutional network.
        public var convolution: Convolution
        /// Number of tastes of a mixture.
        public var tastes: Int
        /// What self-attention can choose.
        public var transformer: TransformerOptions
        /// Probability of leaving an element of a state out while training; self-attention has its own.
        public var stateDropout: Double
        /// Whether states are normalised to mean 0 and deviation 1 with a learned gain and bias;
        /// self-attention has norms of its own.
        public var normalisesStates: Bool

        /// Creates options.
        public init(
            items: Int, dim: Int = 32, representation: Representation = .lstm,
            loss: SequenceLoss = .softmax, negatives: Int = 5,
            sampling: NegativeSampling = NegativeSampling(), calibration: Double = 0.75,
            hasOutputEmbeddings: Bool = false, learnsInitialState: Bool = false,
            initialWeights: InitialWeights = .uniform, paddedLength: Int? = nil,
            emitsCell: Bool = false,
            convolution: Convolution = Convolution(),
            tastes: Int = 4, transformer: TransformerOptions = TransformerOptions(),
            stateDropout: Double = 0, normalisesStates: Bool = false
        ) {
            self.items = items
            self.dim = dim
            self.representation = representation
            self.loss = loss
            self.negatives = negatives
            self.sampling = sampling
            self.calibration = calibration
            self.hasOutputEmbeddings = hasOutputEmbeddings
            self.learnsInitialState = learnsInitialState
            self.initialWeights = initialWeights
            self.paddedLength = paddedLength
            self.emitsCell = emitsCell
            self.convolution = convolution
            self.tastes = tastes
            self.transformer = transformer
            self.stateDropout = stateDropout
            self.normalisesStates = normalisesStates
        }
    }
}
