import NightjarData
import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarTraining

#if canImport(Glibc)
    import Glibc
#endif

/// Two epochs of PyTorch in double precision: `nn.Embedding(7, 3, padding_idx=0)`,
/// `nn.LSTM(3, 4, batch_first=True)`, `nn.Linear(4, 7)`, cross-entropy, batches of 4, 4 and 2; of
/// weighted examples `(w * loss).sum() / (w != 0).sum()`.
///
/// Element k of parameter number p begins as 0.8·sin(1.7 k + p), the padding row as 0.
@Suite("Training against PyTorch")
struct PyTorchJudgeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let options: FitOptions
        var weights: [Float]?
        let losses: [Double]
        let outputBias: [Float]
        let thirdItem: [Float]
        let hiddenSum: Float
    }

    static let cases = [
        Case(
            testDescription: "Adam",
            options: FitOptions(epochs: 2, batchSize: 4, learningRate: 0.05, shuffles: false),
            losses: [2.403688421089334, 2.137311651957936],
            outputBias: [
                -0.5178376, 0.5188181, -0.0152304, -0.5926516, 0.1951164, 0.7112782, -0.3131425,
            ],
            thirdItem: [0.5295782, -0.7946625, -0.3020527], hiddenSum: 2.759339673),
        Case(
            testDescription: "Adam on weighted examples",
            options: FitOptions(epochs: 2, batchSize: 4, learningRate: 0.05, shuffles: false),
            weights: [1, 0.5, 2, 0, 1, 1, 3, 1, 0, 0.25],
            losses: [2.5974709317965963, 2.233768174632239],
            outputBias: [
                -0.4947317, 0.5609027, -0.0904383, -0.585568, -0.0909849, 0.708172, -0.2906498,
            ],
            thirdItem: [0.4558447, -0.918172, -0.2398707], hiddenSum: 1.706546556),
        Case(
            testDescription: "momentum, L2 and clip_grad_norm_",
            options: FitOptions(
                epochs: 2, batchSize: 4, rule: .sgd(momentum: 0.9, l2: 0.01), learningRate: 0.5,
                clipNorm: 0.3, shuffles: false),
            losses: [2.3931184212634267, 2.049576701469713],
            outputBias: [
                -0.7347833, 0.0786065, 0.061705, 0.2003147, 0.3141629, 0.5036168, -0.1076209,
            ],
            thirdItem: [0.3341206, -0.6983091, -0.1541741], hiddenSum: 0.644583227),
    ]

    /// Users with items 1 … 6 and 6, 5, 3, 3; each row asks for its item after up to 3 before it.
    private func examples() throws -> Examples {
        let rows = [1, 2, 3, 4, 5, 6].map { (user: Int32(1), item: Int32($0)) }
        let others = [6, 5, 3, 3, 1].map { (user: Int32(2), item: Int32($0)) }
        let log = try log(of: rows + others)
        return try Split(of: log, train: Array(0..<10), test: [10]).train.windows(length: 4)
    }

    @Test("gives the same losses and parameters", arguments: cases)
    func literals(_ example: Case) throws {
        var number = 0.0
        let model = try LSTMRecommender(
            .init(items: 6, dim: 3, hidden: 4),
            values: ParameterSource { _, shape, _ in
                let count = shape.reduce(1, *)
                let values = (0..<count).map { Float(0.8 * sin(1.7 * Double($0) + number)) }
                let tensor = try Tensor(values, shape: shape)
                if number == 0 { try tensor.row(0).fill(0) }
                number += 1
                return tensor
            })
        let run = try fit(
            model, on: examples().withWeights(example.weights), example.options)
        for (record, expected) in zip(run.epochs, example.losses) {
            #expect(abs(record.loss - expected) < 2e-5)
        }
        let bias = try #require(model.parameter("output.bias")).value.values
        for (value, expected) in zip(bias, example.outputBias) {
            #expect(abs(value - expected) < 2e-4)
        }
        let table = try #require(model.parameter("embedding.weight")).value
        for (value, expected) in zip(try table.row(3).values, example.thirdItem) {
            #expect(abs(value - expected) < 2e-4)
        }
        #expect(try table.row(0).values == [0, 0, 0])
        let hidden = try #require(model.parameter("lstm.weight_hh")).value.values
        #expect(abs(hidden.reduce(0, +) - example.hiddenSum) < 1e-3)
    }
}
