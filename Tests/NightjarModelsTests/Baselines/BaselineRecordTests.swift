import NightjarTensor
import Testing

@testable import NightjarModels

@Suite("Records of baselines")
struct BaselineRecordTests {
    private static func baselines() throws -> [any Baseline] {
        let train = try BaselineWorld.train()
        return [
            PopularityScorer(trainedOn: train),
            try MarkovScorer(trainedOn: train, order: 2, smoothing: 0.5),
            try ItemNeighbours(trainedOn: train, count: 2, shrink: 1),
        ]
    }

    @Test("give the same scores, description and size")
    func roundTrip() throws {
        for baseline in try Self.baselines() {
            let record = try baseline.record()
            #expect(BaselineRecord.isBaseline(record.configuration))
            let again = try record.baseline()
            #expect(again.description == baseline.description)
            #expect(again.nativeBytes == baseline.nativeBytes)
            for history: [Int32] in [[2], [1, 2], [3, 1, 2], [4], [5]] {
                #expect(try again.scores(after: history) == baseline.scores(after: history))
            }
        }
    }

    @Test("are refused when a part is missing, cut short, or out of range")
    func damage() throws {
        for baseline in try Self.baselines() {
            let record = try baseline.record()
            for place in record.numbers.indices {
                let (name, values) = record.numbers[place]
                var others = record.numbers
                others.remove(at: place)
                var variants = [others]
                variants.append(record.numbers)
                variants[1][place].values = try Tensor(Array(values.values.dropLast()))
                if ["context_items", "followers", "items", "follower_counts", "context_lengths"]
                    .contains(name)
                {
                    for wrong: Float in [-1, 0.5, .nan, .infinity, 1e9] {
                        var numbers = values.values
                        numbers[0] = wrong
                        var variant = record.numbers
                        variant[place].values = try Tensor(numbers)
                        variants.append(variant)
                    }
                }
                for numbers in variants {
                    #expect(throws: ModelError.damagedCounts(kind: type(of: baseline).kind)) {
                        _ = try BaselineRecord(record.configuration, numbers).baseline()
                    }
                }
            }
        }
    }

    @Test("are refused for options out of range, and leave models of scripts alone")
    func options() throws {
        let record = try MarkovScorer(trainedOn: BaselineWorld.train(), order: 2).record()
        func changed(items: Int = 5, order: Int = 2) -> BaselineRecord {
            BaselineRecord(
                ModelConfiguration(kind: "markov", sizes: ["items": items, "order": order]),
                record.numbers)
        }
        _ = try changed().baseline()
        for bad in [
            changed(order: 0), changed(order: .max), changed(items: -1), changed(items: .max),
            changed(items: 4),
        ] {
            #expect(throws: ModelError.damagedCounts(kind: "markov")) { _ = try bad.baseline() }
        }
        let scripted = ModelConfiguration(
            kind: "markov", sizes: [:], origin: ModelOrigin(module: nil, script: "a", code: "b"))
        #expect(!BaselineRecord.isBaseline(scripted))
    }

    @Test("hold whole numbers that single precision holds, and no others")
    func wholeNumbers() throws {
        #expect(try Tensor(recording: [0, (1 << 24) - 1]).values.last == Float((1 << 24) - 1))
        #expect(throws: TensorError.self) { try Tensor(recording: [1 << 24]) }
    }
}
