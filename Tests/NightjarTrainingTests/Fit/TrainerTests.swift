import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Training step by step")
struct TrainerTests {
    let world: SmallWorld
    let rules: [UpdateRule] = [.adam(), .sgd(momentum: 0.9), .adagrad(), .adamW()]

    init() throws { world = try SmallWorld() }

    private func options(_ rule: UpdateRule = .adam(), epochs: Int = 2) -> FitOptions {
        FitOptions(
            epochs: epochs, batchSize: 16, rule: rule, learningRate: 0.02,
            schedule: .cosine(warmUpSteps: 3), clipNorm: 0.5, seed: 4)
    }

    @Test("gives the bytes of a run")
    func equalsFit() throws {
        let weighted = try world.train.withWeights(
            (0..<world.train.count).map { 0.5 + Float($0 % 3) })
        for rule in rules {
            let (whole, stepwise) = (try world.model(), try world.model())
            let run = try fit(whole, on: weighted, options(rule))
            let trainer = try Trainer(stepwise, on: weighted, options(rule))
            let steps = 2 * ((weighted.count + 15) / 16)
            var last = 0.0
            for _ in 0..<steps { last = try trainer.step() }
            #expect(trainer.stepCount == steps && last.isFinite)
            #expect(values(of: whole) == values(of: stepwise), "\(rule)")
            #expect(run.epochs.count == 2)
        }
    }

    @Test("goes on from a checkpoint with the bytes of the run that wrote it")
    func resumes() throws {
        let folder = try TemporaryFolder()
        var recipe = options()
        recipe.checkpoints = CheckpointPlan(folder: folder.path, epochs: .every(1))
        let whole = try world.model()
        let run = try fit(whole, on: world.train, recipe)
        recipe.checkpoints = nil
        recipe.start = .checkpoint(run.checkpoints[0])
        let trainer = try Trainer(world.model(seed: 99), on: world.train, recipe)
        let steps = (world.train.count + 15) / 16
        #expect(trainer.stepCount == steps)
        for _ in 0..<steps { _ = try trainer.step() }
        #expect(values(of: trainer.model) == values(of: whole))
    }

    @Test("repeats a step on a chosen batch to the same bytes")
    func repeats() throws {
        let trainer = try Trainer(world.model(), on: world.train, options())
        for _ in 0..<3 { _ = try trainer.step() }
        let before = values(of: trainer.model)
        let mark = try trainer.mark()
        let batch = try world.train.subset([5, 1, 8])
        let loss = try trainer.step(on: batch)
        let after = values(of: trainer.model)
        _ = try trainer.step(on: world.train.subset([2]))
        try trainer.restore(mark)
        #expect(values(of: trainer.model) == before)
        #expect(trainer.stepCount == 3)
        #expect(try trainer.step(on: batch) == loss)
        #expect(values(of: trainer.model) == after)
        #expect(after != before)
    }

    @Test("takes the batch of a run when it is given the same examples")
    func chosenBatch() throws {
        let (one, other) = (try world.model(), try world.model())
        let (first, second) = (
            try Trainer(one, on: world.train, options()),
            try Trainer(other, on: world.train, options())
        )
        let order = options().order(of: 0, count: world.train.count)
        #expect(try first.step() == second.step(on: world.train.subset(Array(order.prefix(16)))))
        #expect(values(of: one) == values(of: other))
    }

    @Test("stays where a schedule ended when it goes on behind its end")
    func behindTheEnd() throws {
        var recipe = options(.sgd(), epochs: 1)
        recipe.schedule = .linear(warmUpSteps: 0)
        let trainer = try Trainer(world.model(), on: world.train, recipe)
        for _ in 0..<(world.train.count + 15) / 16 { _ = try trainer.step() }
        let ended = values(of: trainer.model)
        for _ in 0..<3 { _ = try trainer.step() }
        #expect(values(of: trainer.model) == ended)
    }

    @Test("refuses marks of other models, other rules, and nothing to learn from")
    func refusals() throws {
        let trainer = try Trainer(world.model(), on: world.train, options())
        let larger = try Trainer(world.model(hidden: 9), on: world.train, options())
        let plain = try Trainer(world.model(), on: world.train, options(.sgd(momentum: 0)))
        let before = values(of: trainer.model)
        #expect(throws: TensorError.self) { try trainer.restore(larger.mark()) }
        #expect(throws: TensorError.self) { try trainer.restore(plain.mark()) }
        #expect(throws: TrainingError.noExamples("batch")) {
            try trainer.step(on: world.train.subset([]))
        }
        #expect(values(of: trainer.model) == before)
        var recipe = options()
        let folder = try TemporaryFolder()
        recipe.checkpoints = CheckpointPlan(folder: folder.path, epochs: .every(1))
        let run = try fit(world.model(), on: world.train, recipe)
        var other = options(.adagrad())
        other.start = .checkpoint(run.checkpoints[0])
        #expect(throws: TrainingError.self) { try Trainer(world.model(), on: world.train, other) }
    }

    @Test("leaves the first model alone when its copy learns, and copies back")
    func copies() throws {
        let model = try world.model()
        let before = values(of: model)
        let copy = try model.copy()
        _ = try Trainer(copy, on: world.train, options()).step()
        #expect(values(of: model) == before)
        #expect(values(of: copy) != before)
        try model.assign(copy)
        #expect(values(of: model) == values(of: copy))
        #expect(throws: TensorError.self) { try model.assign(world.model(hidden: 9)) }
    }
}
