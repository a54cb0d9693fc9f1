import Foundation
import NightjarTensor
import NightjarTraining
import Testing

@testable import NightjarLua

@Suite("An attentive pooling model written in Lua")
struct AttentivePoolingTests {
    @Test("ranks better than popularity after its script has run")
    func script() throws {
        let text = try String(contentsOf: RingWorld.poolingScript, encoding: .utf8)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
        let world = try RingWorld()
        let running = try RunningSession(
            text, arguments: ["--quick", "--runs", "\(world.folder)/runs"])
        #expect(running.run() == nil)
        let values = running.output.split(separator: "\n").filter { $0.hasPrefix("MRR") }
            .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Double($0) } }
        try #require(values.count == 2)
        #expect(values[1] > 3 * values[0], "popularity \(values[0]), model \(values[1])")
        #expect(running.output.contains("harmed:"))
    }

    @Test("gives the same bytes when it is resumed, dropout included")
    func resume() throws {
        let world = try RingWorld()
        let same = try world.run(
            RingWorld.pooling + """
                local function options(name, resume)
                  return { epochs = 4, batch = 16, lr = 0.02, seed = 7, resume = resume or false,
                           checkpoint = { dir = folder .. "/" .. name, every = 2 } }
                end
                nj.fit(Pooling{ items = 9, seed = 3 }, train, options "whole")
                local first = folder .. "/whole/epoch-0002.safetensors"
                local net = nj.checkpoint.open(first):model()
                nj.fit(net, train, options("resumed", first))
                local whole = bytes(folder .. "/whole/epoch-0004.safetensors")
                local noisy = Pooling{ items = 9, seed = 3, dropout = 0.0 }
                nj.fit(noisy, train, options "other")
                return whole == bytes(folder .. "/resumed/epoch-0004.safetensors"),
                  whole == bytes(folder .. "/other/epoch-0004.safetensors"),
                  nj.evaluate(net, test, { "mrr" }):mean("mrr")
                    == nj.evaluate(nj.checkpoint.open(folder .. "/whole/last.safetensors"):model(),
                                   test, { "mrr" }):mean("mrr")
                """)
        #expect(same == "true false true")
    }

    @Test("has the TracIn scores of a reference in double precision")
    func reference() throws {
        let world = try RingWorld()
        let folder = world.folder
        let log = (0..<50).map { "\($0 / 10 + 1)\t\(($0 * $0 + $0 / 7) % 9 + 1)\t5\t\($0)\n" }
        try log.joined().write(toFile: "\(folder)/u.data", atomically: true, encoding: .utf8)
        let running = try RunningSession(
            """
            local made = dofile("\(RingWorld.poolingScript.path)")
            nj.save("\(folder)/pairs.npy", made.influence:scores(made.test):tensor())
            local function rows(set)
              local lines = {}
              for i = 1, #set do
                lines[i] = table.concat(set:history(i), " ") .. " " .. set.targets[i]
              end
              return table.concat(lines, "\\n")
            end
            local function write(name, text)
              local file <close> = assert(io.open("\(folder)/" .. name, "w"))
              file:write(text)
            end
            write("train.txt", rows(made.train))
            write("test.txt", rows(made.test))
            write("checkpoints.txt", table.concat(made.run.checkpoints, "\\n"))
            """,
            arguments: ["--data", folder, "--runs", "\(folder)/runs", "--dim=4", "--length=5"])
        try #require(running.failure() == nil)
        let train = try examples("\(folder)/train.txt")
        let test = try examples("\(folder)/test.txt")
        try #require(train.count > 25 && test.count >= 5)
        let files = try String(contentsOfFile: "\(folder)/checkpoints.txt", encoding: .utf8)
        var expected = [Double](repeating: 0, count: train.count * test.count)
        var scales = expected
        for file in files.split(separator: "\n") {
            let checkpoint = try Checkpoint(path: String(file))
            let model = try PoolingReference(checkpoint)
            let rate = checkpoint.record.learningRate
            let left = train.map(model.gradient)
            let right = test.map(model.gradient)
            for (row, x) in left.enumerated() {
                for (column, y) in right.enumerated() {
                    let place = row * test.count + column
                    expected[place] += rate * dot(x, y)
                    scales[place] += rate * (dot(x, x) * dot(y, y)).squareRoot()
                }
            }
        }
        let found = try NpyFile(path: "\(folder)/pairs.npy").floats().map(Double.init)
        try #require(found.count == expected.count)
        // Scores near zero are small differences of large terms: single precision bounds those.
        let wrong = found.indices.filter { place in
            let error = abs(found[place] - expected[place])
            return !(error <= 1e-4 * abs(expected[place]) + 2e-6 * scales[place])
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(found.count) scores differ")
        #expect(rankCorrelation(found, expected) > 0.9999)
    }

    private func examples(_ path: String) throws -> [[Int]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: " ").compactMap { Int($0) } }
    }

    private func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double {
        func ranks(_ values: [Double]) -> [Double] {
            var result = [Double](repeating: 0, count: values.count)
            for (rank, place) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated()
            {
                result[place] = Double(rank) - Double(values.count - 1) / 2
            }
            return result
        }
        let (left, right) = (ranks(x), ranks(y))
        return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
    }
}

/// The model's loss in double precision, one example at a time; gradients by central differences.
private struct PoolingReference {
    private var values: [String: [Double]] = [:]
    private let dim = 4
    private let length = 5
    private static let names = [
        "attend.weight", "hidden.bias", "hidden.weight", "items.weight", "output.bias",
        "output.weight", "position",
    ]

    init(_ checkpoint: Checkpoint) throws {
        for name in Self.names {
            values[name] = try checkpoint.tensor(name).values.map(Double.init)
        }
    }

    /// The gradient of the loss of a history and its target by all parameters.
    func gradient(_ example: [Int]) -> [Double] {
        var probe = self
        var result: [Double] = []
        for name in Self.names {
            for place in 0..<(values[name]?.count ?? 0) {
                // The padding row is looked up but not learned.
                if name == "items.weight", place < dim {
                    result.append(0)
                    continue
                }
                let value = values[name]?[place] ?? 0
                let step = 1e-5
                probe.values[name]?[place] = value + step
                let above = probe.loss(example)
                probe.values[name]?[place] = value - step
                result.append((above - probe.loss(example)) / (2 * step))
                probe.values[name]?[place] = value
            }
        }
        return result
    }

    private func loss(_ example: [Int]) -> Double {
        let history = Array(repeating: 0, count: length - example.count + 1) + example.dropLast()
        let table = values["items.weight"] ?? []
        let items = history.map { Array(table[$0 * dim..<($0 + 1) * dim]) }
        var scores: [Double] = []
        for step in 0..<length {
            let place = Array((values["position"] ?? [])[step * dim..<(step + 1) * dim])
            let input = zip(items[step], place).map { $0 + $1 }
            let key = map(input, "hidden").map { Foundation.tanh($0) }
            scores.append(history[step] == 0 ? -1e9 : map(key, "attend")[0])
        }
        let highest = scores.max() ?? 0
        let weights = scores.map { Foundation.exp($0 - highest) }
        let sum = weights.reduce(0, +)
        var pooled = [Double](repeating: 0, count: dim)
        for (weight, item) in zip(weights, items) {
            for column in 0..<dim { pooled[column] += weight / sum * item[column] }
        }
        let logits = map(pooled + items[length - 1], "output")
        let top = logits.max() ?? 0
        let total = logits.reduce(0) { $0 + Foundation.exp($1 - top) }
        return Foundation.log(total) + top - logits[example[example.count - 1]]
    }

    private func map(_ input: [Double], _ name: String) -> [Double] {
        let weight = values["\(name).weight"] ?? []
        let outputs = weight.count / input.count
        let bias = values["\(name).bias"] ?? [Double](repeating: 0, count: outputs)
        return (0..<outputs).map { row in
            input.indices.reduce(bias[row]) { $0 + weight[row * input.count + $1] * input[$1] }
        }
    }
}
