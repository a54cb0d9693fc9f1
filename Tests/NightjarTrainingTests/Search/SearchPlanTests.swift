import Foundation
import Testing

@testable import NightjarTraining

@Suite("SearchPlan")
struct SearchPlanTests {
    /// The least value, 0, is at rate = 0.01, size = 96, kind b.
    static func objective(_ setting: [SearchValue]) -> Double {
        setting.reduce(0) { sum, value in
            switch value {
            case .number(let rate): sum + pow(log10(rate / 0.01), 2)
            case .integer(let size): sum + pow(Double(size - 96) / 64, 2)
            case .text(let kind): sum + (kind == "b" ? 0 : 0.5)
            case .boolean: .nan
            }
        }
    }

    static func space() throws -> SearchSpace {
        try SearchSpace([
            "kind": .choice(["a", "b", "c", "d"].map { .text($0) }),
            "rate": .logUniform(1e-5...0.1), "size": .integer(16...256, step: 8),
        ])
    }

    static func run(_ setup: SearchSetup, trials: Int) -> SearchPlan {
        var plan = SearchPlan(setup)
        while let evaluation = plan.next(of: trials) {
            plan.record(objective(evaluation.setting), for: evaluation)
        }
        return plan
    }

    @Test("finds better settings by TPE than at random, nearly always")
    func parzenBeatsRandom() throws {
        var wins = 0
        var (sumOfTPE, sumOfRandom) = (0.0, 0.0)
        for seed in 1...12 {
            func best(_ method: SearchMethod) throws -> Double {
                let setup = SearchSetup(
                    space: try Self.space(), method: method, goal: .minimize,
                    startup: 15, seed: UInt64(seed))
                return try #require(Self.run(setup, trials: 60).best?.value)
            }
            let (tpe, random) = (try best(.tpe), try best(.random))
            (sumOfTPE, sumOfRandom) = (sumOfTPE + tpe, sumOfRandom + random)
            if tpe < random { wins += 1 }
        }
        #expect(wins >= 10)
        #expect(sumOfTPE < 0.5 * sumOfRandom)
    }

    @Test("draws the first settings as a random search does")
    func startup() throws {
        let tpe = SearchSetup(space: try Self.space(), goal: .minimize, startup: 5)
        var random = tpe
        random.method = .random
        let (one, other) = (Self.run(tpe, trials: 8), Self.run(random, trials: 8))
        #expect(one.trials.prefix(5) == other.trials.prefix(5))
        #expect(one.trials[5...] != other.trials[5...])
    }

    @Test("proposes the same from the same values, and other settings for other seeds")
    func repeatable() throws {
        var setup = SearchSetup(space: try Self.space(), goal: .minimize, startup: 5, seed: 4)
        let first = Self.run(setup, trials: 30)
        #expect(Self.run(setup, trials: 30).trials == first.trials)
        setup.seed = 5
        #expect(Self.run(setup, trials: 30).trials.map(\.setting) != first.trials.map(\.setting))
    }

    @Test("maximises what is turned round to the same settings")
    func goals() throws {
        let least = SearchSetup(space: try Self.space(), goal: .minimize, startup: 4)
        var greatest = least
        greatest.goal = .maximize
        var plan = SearchPlan(greatest)
        while let evaluation = plan.next(of: 25) {
            plan.record(-Self.objective(evaluation.setting), for: evaluation)
        }
        #expect(plan.best?.number == Self.run(least, trials: 25).best?.number)
    }

    @Test("keeps away from where trials fail")
    func failures() throws {
        let space = try SearchSpace(["x": .uniform(0...1)])
        var plan = SearchPlan(SearchSetup(space: space, goal: .minimize, startup: 10))
        var failed: [Int] = []
        while let evaluation = plan.next(of: 60) {
            guard case .number(let x) = evaluation.setting[0] else { continue }
            if x < 0.5 { failed.append(evaluation.trial) }
            plan.record(x < 0.5 ? .nan : 1, for: evaluation)
        }
        #expect(plan.trials.count == 60)
        #expect(plan.trials.count { $0.value == nil } == failed.count)
        #expect(failed.count { $0 <= 10 } >= 3)
        // Half of the last thirty would fail at random.
        #expect(failed.count { $0 > 30 } < 8)
    }

    @Test("gives the budgets out as successive halving says, and compares the largest alone")
    func halving() throws {
        let setup = SearchSetup(
            space: try SearchSpace(["x": .uniform(0...1)]), method: .random, goal: .minimize,
            halving: try SuccessiveHalving(from: 1, to: 9))
        var plan = SearchPlan(setup)
        var order: [[Int]] = []
        while let evaluation = plan.next(of: 9) {
            order.append([evaluation.trial, evaluation.rung])
            // The later a trial, the better; with more budget all are worse.
            plan.record(Double(10 * evaluation.rung - evaluation.trial), for: evaluation)
        }
        #expect(
            order == [
                [1, 0], [2, 0], [3, 0], [3, 1], [4, 0], [4, 1], [5, 0], [5, 1], [5, 2], [6, 0],
                [6, 1], [6, 2], [7, 0], [7, 1], [7, 2], [8, 0], [8, 1], [8, 2], [9, 0], [9, 1],
                [9, 2],
            ])
        #expect(plan.best?.number == 9)
        #expect(plan.best?.value == 11)
        #expect(plan.trials.map(\.values.count).reduce(0, +) == order.count)
    }
}
