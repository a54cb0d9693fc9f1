import Testing

@testable import NightjarTraining

@Suite("Learning rate schedules")
struct LearningRateScheduleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schedule: LearningRateSchedule
        /// Shares of the base rate in 8 steps, two of which are an epoch.
        let expected: [Double]
    }

    static let cases = [
        Case(
            testDescription: "constant", schedule: .constant,
            expected: [1, 1, 1, 1, 1, 1, 1, 1]),
        Case(
            testDescription: "step decay", schedule: .stepDecay(every: 2, factor: 0.5),
            expected: [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]),
        // PyTorch's CosineAnnealingLR with T_max 8 and eta_min 0.1.
        Case(
            testDescription: "cosine", schedule: .cosine(floor: 0.1),
            expected: [
                1, 0.96574579, 0.868198052, 0.722207545, 0.55, 0.377792455, 0.231801948,
                0.13425421,
            ]),
        Case(
            testDescription: "cosine after warm-up", schedule: .cosine(warmUpSteps: 2, floor: 0.1),
            expected: [0.5, 1, 1, 0.939711432, 0.775, 0.55, 0.325, 0.160288568]),
        Case(
            testDescription: "linear after warm-up", schedule: .linear(warmUpSteps: 2, floor: 0.1),
            expected: [0.5, 1, 1, 0.85, 0.7, 0.55, 0.4, 0.25]),
    ]

    @Test("give the shares of their formulas", arguments: cases)
    func shares(_ example: Case) {
        for (step, expected) in example.expected.enumerated() {
            let share = example.schedule.share(step: step, of: 8, epoch: step / 2, reductions: 0)
            #expect(abs(share - expected) < 1e-8)
        }
    }

    /// PyTorch's ReduceLROnPlateau with factor 0.5, patience 1, threshold 0 and min_lr 0.2.
    @Test("reduce on a plateau when PyTorch does")
    func plateau() {
        let schedule = LearningRateSchedule.reduceOnPlateau(factor: 0.5, patience: 1, floor: 0.2)
        var watch = FigureWatch()
        var shares: [Double] = []
        for (index, loss) in [5, 4, 4, 4.5, 4, 3, 3, 3, 3, 3, 3].enumerated() {
            watch.see(loss, epoch: index + 1, higherIsBetter: false, plateauPatience: 1)
            shares.append(
                schedule.share(step: 0, of: 1, epoch: 0, reductions: watch.reductions))
        }
        #expect(shares == [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2])
    }

    @Test(
        "refuse constants that make no sense",
        arguments: [
            LearningRateSchedule.stepDecay(every: 0), .stepDecay(every: 1, factor: 0),
            .stepDecay(every: 1, factor: .nan), .cosine(warmUpSteps: 8), .cosine(warmUpSteps: -1),
            .linear(floor: 1.5), .linear(floor: -0.1), .reduceOnPlateau(factor: 2),
            .reduceOnPlateau(patience: -1), .reduceOnPlateau(floor: .infinity),
        ])
    func badConstants(_ schedule: LearningRateSchedule) {
        #expect(throws: TrainingError.self) { try schedule.check(totalSteps: 8) }
    }

    @Test("accept their defaults in a run of one step")
    func defaults() throws {
        for schedule in [
            LearningRateSchedule.constant, .stepDecay(every: 1), .cosine(), .linear(),
            .reduceOnPlateau(),
        ] {
            try schedule.check(totalSteps: 1)
        }
    }
}
