import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

/// What every method promises, on every family of models.
@Suite("All attribution methods")
struct MethodFamilyTests {
    enum Kind: String, CaseIterable, Sendable {
        case tracin, gradDot, gradCos, adam, kfac, ekfac, empirical, cg, lissa, representer, states

        func method(_ world: SequenceWorld, _ train: TileSource) throws -> any InfluenceMethod {
            let snapshot = world.snapshot
            var solved = InverseCurvatureInfluence.Options()
            var kronecker = KroneckerInfluence.Options()
            switch self {
            case .tracin: return try TracIn(snapshots: [snapshot], train: train)
            case .gradDot: return try GradDot(snapshot: snapshot, train: train)
            case .gradCos: return try GradCos(snapshot: snapshot, train: train)
            case .adam: return try AdamTracIn(snapshots: [snapshot], train: train)
            case .kfac, .ekfac, .empirical:
                kronecker.form = self == .kfac ? .kfac : .ekfac
                if self == .empirical { kronecker.labels = .empirical }
                return try KroneckerInfluence(
                    snapshot: snapshot, train: train, options: kronecker)
            case .cg:
                solved.solver = .conjugateGradient(tolerance: 1e-6, iterations: 30)
                solved.damping = 1
                return try InverseCurvatureInfluence(
                    snapshot: snapshot, train: train, options: solved)
            case .lissa:
                solved.solver = .lissa(scale: 1000, depth: 5, batch: 4, repeats: 1)
                solved.damping = 100
                return try InverseCurvatureInfluence(
                    snapshot: snapshot, train: train, options: solved)
            case .representer: return try RepresenterPoints(snapshot: snapshot, train: train)
            case .states: return try Neighbours(snapshot: snapshot, train: train)
            }
        }
    }

    @Test(
        "score totals like sums of pairs and self-influence like the diagonal",
        arguments: SequenceRecommender.Representation.allCases, Kind.allCases)
    func consistent(
        _ representation: SequenceRecommender.Representation, _ kind: Kind
    ) throws {
        let world = try SequenceWorld(representation, ownOutput: representation != .pooling)
        let method = try kind.method(world, world.source(0..<12))
        let targets = world.source(12..<15)
        let matrix = try method.scores(targets)
        let scores = matrix.scores.values
        let scale = scores.map { abs($0) }.max() ?? 1
        #expect(scale > 0)
        if kind != .gradCos {
            let totals = try method.total(targets, weighting: .sum)
            for row in 0..<12 {
                let sum = scores[row * 3..<row * 3 + 3].reduce(0, +)
                #expect(abs(totals.values[row] - sum) < 1e-3 * scale)
            }
            #expect(totals.provenance == matrix.provenance || kind == .cg || kind == .lissa)
        }
        let square = try method.scores(world.source(0..<12)).scores.values
        let own = try method.selfInfluence().values
        let largest = square.map { abs($0) }.max() ?? 1
        for row in 0..<12 { #expect(abs(own[row] - square[row * 13]) < 1e-3 * largest) }
        #expect(matrix.provenance.method == method.provenance.method)
        let plan = try method.plan(targets)
        #expect(plan.trainCount == 12 && plan.targetCount == 3 && plan.bytes > 0)
    }

    @Test(
        "answer about single targets what sequences were learned from",
        arguments: SequenceRecommender.Representation.allCases,
        [Kind.tracin, .adam, .ekfac, .cg, .representer, .states])
    func singleTargets(
        _ representation: SequenceRecommender.Representation, _ kind: Kind
    ) throws {
        let world = try SequenceWorld(representation, ownOutput: representation != .cnn)
        let method = try kind.method(world, world.source(0..<10))
        let targets = world.lastItems(10..<13)
        let scores = try method.scores(targets).scores.values
        let totals = try method.total(targets, weighting: .sum).values
        let scale = scores.map { abs($0) }.max() ?? 0
        #expect(scale > 0)
        for row in 0..<10 {
            let sum = scores[row * 3..<row * 3 + 3].reduce(0, +)
            #expect(abs(totals[row] - sum) < 1e-3 * scale)
        }
    }

    @Test("rank copies of a target first", arguments: Kind.allCases)
    func copies(_ kind: Kind) throws {
        let world = try SequenceWorld(.gru, count: 20)
        // Examples 3 and 11 are copies of the target.
        let train = TileSource(count: 19) { tile in
            let chosen = tile.map { world.rows[$0 == 3 || $0 == 11 ? 19 : $0] }
            return try Batch(sequences: chosen.flatMap(\.self), examples: chosen.count)
        }
        let scores = try kind.method(world, train).total(world.source(19..<20))
        #expect(scores.highest(2) == [3, 11])
    }

    @Test("refuse empty sets", arguments: Kind.allCases)
    func empty(_ kind: Kind) throws {
        let world = try SequenceWorld(.gru)
        #expect(throws: InfluenceError.empty("training examples")) {
            try kind.method(world, world.source(0..<0))
        }
        let method = try kind.method(world, world.source(0..<5))
        #expect(throws: InfluenceError.empty("targets")) { try method.scores(world.source(0..<0)) }
        #expect(throws: InfluenceError.empty("targets")) { try method.total(world.source(0..<0)) }
    }
}
