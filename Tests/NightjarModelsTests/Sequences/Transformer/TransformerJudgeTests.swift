import NightjarTensor
import Testing

@testable import NightjarModels

#if canImport(Glibc)
    import Glibc
#endif

/// The losses of two sequences and, for each parameter, Σ g_k·cos(k) over its gradient g.
///
/// The numbers are PyTorch's (2.13, double precision). The models were written there with
/// `nn.MultiheadAttention`, `layer_norm`, `gelu` and `cross_entropy`, one sequence at a time and
/// without padding; element k of parameter n, in the order of the lists below, is
/// 0.5·sin(0.9·k + n), or 1 + 0.3·sin(0.9·k + n) for the gain of a norm.
@Suite("Transformers beside PyTorch")
struct TransformerJudgeTests {
    private func check(
        _ representation: SequenceRecommender.Representation, losses: [Double],
        _ gradients: [(name: String, probe: Double)]
    ) throws {
        let model = try SequenceRecommender(
            .init(
                items: 6, dim: 4, representation: representation,
                transformer: .init(blocks: 1, heads: 2, maxLength: 5, lastMask: 1)), seed: 1)
        #expect(model.parameters.map(\.name).sorted() == gradients.map(\.name).sorted())
        for (number, name) in gradients.map(\.name).enumerated() {
            let parameter = try #require(model.parameter(name))
            let isGain = parameter.name.hasSuffix("norm.weight")
            for element in 0..<parameter.value.count {
                let wave = sin(0.9 * Double(element) + Double(number))
                parameter.value.pointer[element] = Float(isGain ? 1 + 0.3 * wave : 0.5 * wave)
            }
        }
        for name in ["items.weight", "output.bias"] {
            try model.parameter(name)?.value.row(0).fill(0)
        }
        let batch = try Batch(
            sequences: [3, 1, 4, 1, 5] + [0, 0, 2, 6, 5], examples: 2)
        let sink = GradientSum()
        let tape = Tape(sink)
        let loss = try model.loss(batch, scales: [1, 0.5], on: tape)
        for (found, expected) in zip(loss.perExample.values, losses) {
            #expect(abs(Double(found) - expected) < 1e-5)
        }
        try tape.backward(from: loss.total)
        for expected in gradients {
            let parameter = try #require(model.parameter(expected.name))
            let values = try #require(sink[parameter]).dense(like: parameter.value).values
            let probe = values.enumerated().reduce(0.0) {
                $0 + Double($1.element) * cos(Double($1.offset))
            }
            #expect(abs(probe - expected.probe) < 2e-5, "\(expected.name)")
        }
    }

    @Test("SASRec has the same losses and gradients")
    func sasrec() throws {
        try check(
            .sasrec, losses: [8.037808, 5.186384],
            [
                ("items.weight", -6.409733),
                ("sasrec.positions", 3.473115),
                ("sasrec.block1.attention_norm.weight", -0.065512),
                ("sasrec.block1.attention_norm.bias", -0.176179),
                ("sasrec.block1.attention.query.weight", 0.132881),
                ("sasrec.block1.attention.query.bias", -0.001837),
                ("sasrec.block1.attention.key_value.weight", 0.065988),
                ("sasrec.block1.attention.key_value.bias", -0.146942),
                ("sasrec.block1.attention.output.weight", 0.808097),
                ("sasrec.block1.attention.output.bias", -0.161044),
                ("sasrec.block1.forward_norm.weight", -0.057985),
                ("sasrec.block1.forward_norm.bias", -0.032069),
                ("sasrec.block1.inner.weight", 0.231069),
                ("sasrec.block1.inner.bias", -0.065654),
                ("sasrec.block1.outer.weight", -0.530061),
                ("sasrec.block1.outer.bias", 0.030619),
                ("sasrec.norm.weight", 0.456564),
                ("sasrec.norm.bias", 0.571488),
                ("output.bias", -2.384184),
            ])
    }

    @Test("BERT4Rec has the same losses and gradients")
    func bert4rec() throws {
        try check(
            .bert4rec, losses: [2.440016, 2.677438],
            [
                ("items.weight", -1.772150),
                ("bert4rec.positions", -0.900684),
                ("bert4rec.mask", -0.452188),
                ("bert4rec.embedding_norm.weight", -1.548237),
                ("bert4rec.embedding_norm.bias", 0.920456),
                ("bert4rec.block1.attention.query.weight", -0.636458),
                ("bert4rec.block1.attention.query.bias", 0.170556),
                ("bert4rec.block1.attention.key_value.weight", 1.145450),
                ("bert4rec.block1.attention.key_value.bias", -0.820200),
                ("bert4rec.block1.attention.output.weight", -0.682222),
                ("bert4rec.block1.attention.output.bias", 0.832375),
                ("bert4rec.block1.attention_norm.weight", -0.348744),
                ("bert4rec.block1.attention_norm.bias", 1.376253),
                ("bert4rec.block1.inner.weight", -1.113480),
                ("bert4rec.block1.inner.bias", -1.823071),
                ("bert4rec.block1.outer.weight", -1.085830),
                ("bert4rec.block1.outer.bias", 0.541954),
                ("bert4rec.block1.forward_norm.weight", 0.487517),
                ("bert4rec.block1.forward_norm.bias", -0.031052),
                ("bert4rec.output.weight", 1.270035),
                ("bert4rec.output.bias", 3.390755),
                ("bert4rec.output_norm.weight", -1.351781),
                ("bert4rec.output_norm.bias", 2.414619),
                ("output.bias", -0.758732),
            ])
    }
}
