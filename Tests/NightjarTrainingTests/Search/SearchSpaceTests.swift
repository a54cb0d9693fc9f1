import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("SearchSpace")
struct SearchSpaceTests {
    static let space = try? SearchSpace([
        "lr": .logUniform(1e-3...1), "dropout": .uniform(0...0.5),
        "dim": .integer(16...40, step: 8),
        "loss": .choice([.text("a"), .boolean(true), .integer(3)]),
    ])

    /// Settings of 4000 trials, by parameter.
    private func draws() throws -> [String: [SearchValue]] {
        let space = try #require(Self.space)
        var found: [String: [SearchValue]] = [:]
        for trial in 1...4000 {
            let stream = RandomStream(seed: 7, "search").split("trial \(trial)")
            for (name, value) in space.named(space.draw(stream)) {
                found[name, default: []].append(value)
            }
        }
        return found
    }

    @Test("draws numbers alike over their range, or over that of their logarithms")
    func numbers() throws {
        let draws = try draws()
        func quarters(_ name: String, _ share: (Double) -> Double) throws -> [Int] {
            var counts = [0, 0, 0, 0]
            for value in try #require(draws[name]) {
                guard case .number(let number) = value else { continue }
                counts[Int(share(number) * 4)] += 1
            }
            return counts
        }
        // Four standard deviations of a count of 4000 with a chance of 1/4 are 110.
        for count in try quarters("dropout", { $0 / 0.5 }) { #expect(abs(count - 1000) < 110) }
        // Between 0.001 and 1 there are three powers of ten.
        let third = try #require(draws["lr"]).count { value in
            guard case .number(let number) = value else { return false }
            return number < 0.01
        }
        #expect(abs(third - 1333) < 120)
    }

    @Test("draws each step and each choice alike, and nothing else")
    func places() throws {
        let draws = try draws()
        for (name, values) in [
            ("dim", [16, 24, 32, 40].map { SearchValue.integer($0) }),
            ("loss", [.text("a"), .boolean(true), .integer(3)]),
        ] {
            let found = try #require(draws[name])
            #expect(found.allSatisfy { values.contains($0) })
            for value in values {
                let count = found.count { $0 == value }
                #expect(abs(count - 4000 / values.count) < 130, "\(name) \(value)")
            }
        }
    }

    @Test("draws the same for a parameter whatever others there are")
    func streams() throws {
        let alone = try SearchSpace(["lr": .logUniform(1e-3...1)])
        let space = try #require(Self.space)
        let stream = RandomStream(seed: 3, "search")
        let both = space.named(space.draw(stream)).first { $0.key == "lr" }
        #expect(both?.value == alone.draw(stream)[0])
    }

    @Test("reads settings back from their texts to the same coordinates")
    func texts() throws {
        let space = try #require(Self.space)
        for trial in 1...200 {
            let setting = space.draw(RandomStream(seed: 1, "\(trial)"))
            let texts = Dictionary(
                uniqueKeysWithValues: space.named(setting).map { ($0.key, $0.value.description) })
            #expect(try space.setting { texts[$0] } == setting)
        }
        #expect(throws: SearchError.foreignValue("dim", "20")) {
            try space.setting { ["dim": "20", "dropout": "0.1"][$0] }
        }
    }

    @Test("refuses ranges without values")
    func refusals() {
        #expect(throws: SearchError.emptySpace) { try SearchSpace([:]) }
        for range in [
            SearchRange.choice([]), .choice([.integer(1), .integer(1)]), .logUniform(0...1),
            .uniform(-Double.infinity...0), .integer(0...10, step: 0),
            .integer(Int.min...Int.max, step: 1), .uniform(-1e308...1.7e308),
        ] {
            #expect(throws: SearchError.self, "\(range)") { try SearchSpace(["x": range]) }
        }
    }
}
