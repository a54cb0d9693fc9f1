import NightjarRuntime
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// Both claims are about a whole process, so each runs in one of its own.
@Suite("Repeatability")
struct RepeatabilityTests {
    /// The gradients of a training step that runs every parallel path, as one number.
    static func digest() throws -> UInt64 {
        let (examples, steps, rows) = (300, 5, 40)
        let table = try parameter("table", [rows, 32])
        let weights = try LSTMWeights(
            inputWeight: parameter("input", [64, 32]), hiddenWeight: parameter("hidden", [64, 16]),
            inputBias: parameter("input bias", [64]), hiddenBias: parameter("hidden bias", [64]))
        let multiplicative = try RecurrentLayer(
            .mlstm, rows: rows, width: 32, hidden: 16, hasInitial: true, emits: .cell)
        let gated = try RecurrentLayer(.gru, rows: rows, width: 32, hidden: 16, hasInitial: true)
        let (gain, bias) = (try parameter("gain", [16]), try parameter("bias", [16]))
        let square = try parameter("square", [16, 16])
        let (output, outputBias) = (try parameter("output", [900, 16]), try parameter("b", [900]))
        var stream = RandomStream(seed: 4, "ids")
        let ids = (0..<examples * steps).map { _ in Int32(stream.below(rows)) }
        let targets = (0..<examples * steps).map { _ in Int32(stream.below(900)) }
        let sink = GradientSum()
        let tape = Tape(sink)
        var x = try tape.embeddedLSTM(
            table, ids: ids, examples: examples, steps: steps, weights: weights,
            wantsAllSteps: true)
        for layer in [multiplicative, gated] {
            x = try tape.add(
                x,
                layer.run(tape, ids, examples: examples, steps: steps, wantsAllSteps: true))
        }
        x = try tape.layerNorm(tape.transpose(x, 0, 1), gain: gain, bias: bias)
        x = try tape.matmul(tape.softmax(tape.matmul(x, x, transposingRight: true)), x)
        let queries = try tape.dropout(
            x, RowDropout(rate: 0.1, keys: ids.map { UInt64($0) }), site: 1)
        x = try tape.attention(
            queries, tape.concatenate([x, queries], axis: 2),
            AttentionLayout(
                sequences: (0..<examples).map { $0 * steps..<($0 + 1) * steps }, heads: 2,
                isCausal: true))
        x = try tape.dropout(tape.gelu(tape.linear(x, square)), rate: 0.1, &stream)
        let loss = try tape.softmaxCrossEntropy(
            tape.reshape(x, [examples * steps, 16]), weight: output, bias: outputBias,
            targets: targets, scales: targets.map { 1 / Float($0 + 1) })
        try tape.backward(from: loss.total)
        let layers = [table] + weights.parameters + multiplicative.parameters + gated.parameters
        let parameters = layers + [gain, bias, square, output, outputBias]
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for value in parameters.flatMap(sink.dense) + [loss.perExample.sum()] {
            hash = (hash ^ value.bitPattern) &* 0x0000_0100_0000_01B3
        }
        return hash
    }

    @Test("gradients are the same bytes for any number of threads", arguments: [1, 2, 5])
    func threads(_ count: Int) async throws {
        let expected = try Self.digest()
        await #expect(processExitsWith: .success) {
            [count = count as Int, expected = expected as UInt64] in
            setenv("NIGHTJAR_THREADS", String(count), 1)
            #expect(Workers.count == count)
            let found = try Self.digest()
            #expect(found == expected)
        }
    }

    @Test("all memory comes back when the last tensor goes")
    func memory() async {
        await #expect(processExitsWith: .success) {
            let before = Tensor.bytesInUse
            _ = try Self.digest()
            #expect(Tensor.bytesInUse == before)
            let tensor = try Tensor(shape: [1000])
            #expect(Tensor.bytesInUse >= before + 4000)
            withExtendedLifetime(tensor) {}
        }
    }
}
