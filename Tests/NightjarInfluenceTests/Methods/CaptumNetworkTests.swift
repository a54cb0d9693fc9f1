import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarInfluence

/// A network on rows of a table, with a squared error; labels are chosen by the example's number.
private final class TinyNetwork: NextItemModel {
    let points: Tensor
    let labels: [Float]
    let layers: [(weight: Parameter, bias: Parameter?)]
    let hasTanh: Bool

    init(
        _ points: [[Float]], _ labels: [Float], _ layers: [(Tensor, Tensor?)], hasTanh: Bool
    ) throws {
        self.points = try Tensor(points.flatMap(\.self), shape: [points.count, points[0].count])
        self.labels = labels
        self.layers = layers.enumerated().map { number, layer in
            (
                Parameter("linear\(number + 1).weight", layer.0),
                layer.1.map { Parameter("linear\(number + 1).bias", $0) }
            )
        }
        self.hasTanh = hasTanh
    }

    var configuration: ModelConfiguration { ModelConfiguration(kind: "tiny", sizes: [:]) }
    var parameters: [Parameter] { layers.flatMap { [$0.weight] + ($0.bias.map { [$0] } ?? []) } }
    var classCount: Int { 1 }

    func loss(_ batch: Batch, scales: [Float], on tape: Tape) throws -> BatchLoss {
        var x = tape.constant(try points.gatheringRows(batch.ids))
        for (weight, bias) in layers {
            x = try tape.linear(x, weight, bias: bias)
            if hasTanh { x = try tape.tanh(x) }
        }
        let wanted = try Tensor(
            batch.ids.map { labels[Int($0)] }, shape: [batch.examples, 1])
        return try tape.batchLoss(
            tape.meanSquaredError(x, tape.constant(wanted)), scales: scales)
    }

    func scores(_ batch: Batch) throws -> Tensor { try Tensor(shape: [batch.examples, 1]) }
}

/// Two networks that Captum publishes with its tests.
///
/// The expected scores are Captum 0.9's, printed by
/// `python scripts/bench.d/judge_small_networks.py`.
@Suite("TracIn on Captum's networks")
struct CaptumNetworkTests {
    private func examples(_ range: Range<Int>) -> TileSource {
        TileSource(count: range.count) { some in
            try Batch(
                histories: some.map { Int32($0 + range.lowerBound) },
                targets: some.map { _ in 0 })
        }
    }

    private func expect(
        _ networks: [TinyNetwork], train: Int, _ expected: [[Double]]
    ) throws {
        let snapshots = networks.enumerated().map { number, network in
            nonisolated(unsafe) let network = network
            return Snapshot(name: "\(number)", learningRate: 1) { network }
        }
        let tracin = try TracIn(snapshots: snapshots, train: examples(0..<train))
        let tests = examples(train..<train + expected.count)
        let scores = try tracin.scores(tests).scores.values
        for (test, row) in expected.enumerated() {
            let totals = try tracin.total(tests.choosing([test])).values
            for (example, value) in row.enumerated() {
                for found in [scores[example * expected.count + test], totals[example]] {
                    #expect(abs(Double(found) - value) <= 2e-5 * abs(value) + 1e-6)
                }
            }
        }
    }

    @Test("two tanh layers, four checkpoints")
    func xor() throws {
        let states: [([Float], [Float], [Float], Float)] = [
            ([-1.2956, -1.4465, -0.3890, -0.7420], [1.2924, 0.0021], [-1.2013, 0.7174], 0.5880),
            ([-1.3546, -1.5288, -0.5250, -0.7591], [1.3432, -0.0684], [-1.2490, 0.8534], 0.6749),
            ([-1.4464, -1.5890, -0.6348, -0.7665], [1.3791, -0.2008], [-1.3818, 0.9586], 0.6954),
            ([-1.5893, -1.6656, -0.7863, -0.8369], [1.3949, -0.3215], [-1.4555, 1.1600], 0.8730),
        ]
        let networks = try states.map { first, bias, second, last in
            try TinyNetwork(
                [[1, 1], [1, -2], [-1, 0.5], [-2, -1], [0.01, -1], [5, 1]], [1, -1, -1, 1, -1, 1],
                [
                    (Tensor(first, shape: [2, 2]), Tensor(bias)),
                    (Tensor(second, shape: [1, 2]), Tensor([last])),
                ], hasTanh: true)
        }
        try expect(
            networks, train: 4,
            [
                [
                    0.41053837537765503, 49.18072509765625, 13.222145080566406,
                    -25.696664810180664,
                ],
                [
                    0.22999584674835205, 0.7262009978294373, 0.011302292346954346,
                    -0.7627152800559998,
                ],
            ])
    }

    @Test("one slope, five checkpoints")
    func line() throws {
        let networks = try [0.4379, 0.1653, 0.5132, 0.3651, 0.9992].map { (slope: Float) in
            try TinyNetwork(
                (1...6).map { [Float($0)] }, (1...6).map(Float.init),
                [(Tensor([slope], shape: [1, 1]), nil)], hasTanh: false)
        }
        try expect(
            networks, train: 4,
            [
                [165.27532958984375, 661.101318359375, 1487.4781494140625, 2644.4052734375],
                [237.9965057373047, 951.9860229492188, 2141.968505859375, 3807.944091796875],
            ])
    }
}
