import Testing

@testable import NightjarData

@Suite("Simulation")
struct SimulationTests {
    /// Mean reciprocal rank of test rows, all items ranked, ties counted against the predictor.
    private func meanReciprocalRank(
        _ examples: Examples, scores: (_ history: [Int32]) -> [Double]
    ) throws -> Double {
        let targets = examples.targets
        var sum = 0.0
        for index in targets.indices {
            let scores = scores(try examples.history(of: index))
            let own = scores[Int(targets[index])]
            sum += 1 / Double(scores.count { $0 >= own })
        }
        return sum / Double(targets.count)
    }

    @Test("order tells far more than popularity does")
    func learnable() throws {
        let split = try Simulation().generate().splitByTime()
        let train = try split.train.windows(length: 2)
        let test = try split.test.windows(length: 2)
        let itemCount = split.log.itemCount
        var popularity = [Double](repeating: 0, count: itemCount + 1)
        var pairs = [[Double]](repeating: popularity, count: itemCount + 1)
        for (index, target) in train.targets.enumerated() {
            popularity[Int(target)] += 1
            if let last = try train.history(of: index).last {
                pairs[Int(last)][Int(target)] += 1
            }
        }
        let byPopularity = try meanReciprocalRank(test) { _ in popularity }
        let byLastItem = try meanReciprocalRank(test) { history in
            let row = pairs[Int(history.last ?? 0)]
            return zip(row, popularity).map { $0 + $1 / 10_000 }
        }
        #expect(byPopularity < 0.08)
        #expect(byLastItem > 0.3)
    }

    @Test("gives the asked number of rows, users and items, in order of time, no pair twice")
    func counts() throws {
        let log = try Simulation().generate()
        #expect(log.count == 20_000)
        #expect(log.userCount == 500)
        #expect(log.itemCount == 300)
        #expect(log.isInTimeOrder)
        #expect(Set(log.users).count == 500)
        let pairs = zip(log.users, log.items).map { Int($0) * 1_000 + Int($1) }
        #expect(Set(pairs).count == log.count)
        #expect(log.ratings?.allSatisfy { [1, 2, 3, 4, 5].contains($0) } == true)
    }

    @Test("gives exact row counts at the edges of its options, also with few users")
    func edges() throws {
        for users in 1...12 {
            for (junk, copies) in [(0, 0), (0.3, 0.3), (0, 0.3)] {
                for interactions in [4 * users, 4 * users + 1, users * 5] {
                    let log = try Simulation(
                        users: users, items: 20, interactions: interactions, misclickRate: 0.5,
                        junkShare: junk, duplicateShare: copies
                    ).generate()
                    #expect(log.count == interactions)
                }
            }
        }
    }

    @Test("is the same for the same seed and another for another seed")
    func seeds() throws {
        let options = Simulation(users: 60, items: 80, interactions: 900, seed: 5)
        let log = try options.generate()
        let again = try options.generate()
        #expect(log.users == again.users && log.items == again.items)
        #expect(log.timestamps == again.timestamps && log.ratings == again.ratings)
        #expect(log.planted == again.planted)
        #expect(log.itemTable.columns == again.itemTable.columns)
        var other = options
        other.seed = 6
        #expect(try other.generate().items != log.items)
        #expect(try other.generate().itemTable.columns != log.itemTable.columns)
    }

    @Test("keeps its bytes from version to version")
    func pinned() throws {
        let log = try Simulation().generate()
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for row in 0..<log.count {
            let values = [
                UInt64(log.users[row]), UInt64(log.items[row]),
                UInt64(log.timestamps?[row] ?? 0), UInt64(log.ratings?[row] ?? 0),
            ]
            for value in values { hash = (hash ^ value) &* 0x0000_0100_0000_01B3 }
        }
        // Changes only together with the recipe: published runs on this log could not be repeated.
        #expect(hash == 16_184_400_926_995_054_200)
    }

    @Test("mis-clicks fit no wish of the moment and follow from nothing before")
    func misclicks() throws {
        let (catalogue, histories, cast) = try Simulation().simulate()
        var slips = 0
        var viewerRows = 0
        for (events, role) in zip(histories, cast) where role == .viewer {
            viewerRows += events.count
            for (place, event) in events.enumerated() where event.isMisclick {
                slips += 1
                #expect(catalogue.films[event.film].genreBits & event.wanted == 0)
                if place > 0 {
                    let before = catalogue.films[events[place - 1].film]
                    #expect(!before.successors.contains { $0.film == event.film })
                }
            }
        }
        #expect(abs(Double(slips) / Double(viewerRows) - 0.04) < 0.006)
    }

    @Test("marks exactly the rows of junk users and of copies")
    func masks() throws {
        let options = Simulation()
        let log = try options.generate()
        let truth = try #require(log.planted)
        let cast = try options.simulate().cast
        #expect(cast.count { $0 == .junk } == 15)
        for row in 0..<log.count {
            let role = cast[Int(log.users[row]) - 1]
            #expect(truth.junk[row] == (role == .junk))
            #expect(!(truth.junk[row] && truth.misclicks[row]))
        }
        var copies = 0
        for case (let user, .duplicate(let original)) in cast.enumerated() {
            copies += 1
            func rows(_ user: Int) -> [Int] {
                log.users.indices.filter { Int(log.users[$0]) == user + 1 }
            }
            let (own, others) = (rows(user), rows(original))
            #expect(own.map { log.items[$0] } == others.map { log.items[$0] })
            #expect(own.map { log.ratings?[$0] } == others.map { log.ratings?[$0] })
            #expect(own.map { log.timestamps?[$0] } == others.map { log.timestamps?[$0] })
            #expect(own.allSatisfy { truth.duplicates[$0] })
            #expect(others.allSatisfy { !truth.duplicates[$0] })
        }
        #expect(copies == 15)
        #expect(
            truth.duplicates.count { $0 }
                == zip(log.users, truth.duplicates).count { user, marked in
                    if case .duplicate = cast[Int(user) - 1] { return marked }
                    return false
                })
    }

    @Test("planted masks stay with their rows through filters")
    func filtered() throws {
        let log = try Simulation().generate()
        let core = try log.kCore(users: 30, items: 20).rated(atLeast: 2).relabelled()
        let truth = try #require(log.planted)
        let coreTruth = try #require(core.planted)
        func slips(_ log: Interactions, _ truth: PlantedTruth) -> Set<String> {
            Set(
                truth.misclicks.indices.filter { truth.misclicks[$0] }.map {
                    log.userTable.ids[Int(log.users[$0]) - 1] + " "
                        + log.itemTable.ids[Int(log.items[$0]) - 1]
                })
        }
        let left = slips(core, coreTruth)
        #expect(left.count > 50)
        #expect(left.isSubset(of: slips(log, truth)))
        #expect(left.count == coreTruth.misclicks.count { $0 })
    }

    @Test("ratings of mis-clicks are lower on average, but do not give them away")
    func ratings() throws {
        let log = try Simulation().generate()
        let (truth, ratings) = (try #require(log.planted), try #require(log.ratings))
        func stars(of marked: Bool) -> [Float] {
            ratings.indices.filter { !truth.junk[$0] && truth.misclicks[$0] == marked }
                .map { ratings[$0] }
        }
        let (slips, wanted) = (stars(of: true), stars(of: false))
        func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }
        #expect(mean(wanted) - mean(slips) > 0.5)
        #expect(wanted.count { $0 <= 3 } > slips.count)
    }

    @Test("taste drifts: late wishes differ from early ones for most active users")
    func drift() throws {
        let histories = try Simulation().simulate().histories.filter { $0.count >= 60 }
        let changed = histories.count { events in
            let early = events.prefix(20).reduce(UInt32.max) { $0 & $1.wanted }
            let late = events.suffix(20).reduce(UInt32.max) { $0 & $1.wanted }
            return early != late
        }
        #expect(histories.count > 20)
        #expect(Double(changed) > 0.5 * Double(histories.count))
    }

    @Test("a few films take a large share of the rows")
    func popularity() throws {
        let log = try Simulation().generate()
        var counts = [Int](repeating: 0, count: log.itemCount)
        for item in log.items { counts[Int(item) - 1] += 1 }
        let top = counts.sorted(by: >).prefix(log.itemCount / 10).reduce(0, +)
        #expect(Double(top) > 0.2 * Double(log.count))
    }

    @Test("refuses options out of range")
    func broken() {
        let cases: [(Simulation, String)] = [
            (Simulation(users: 0), "users"), (Simulation(users: .max), "users"),
            (Simulation(items: 19), "items"), (Simulation(interactions: 1_999), "interactions"),
            (Simulation(interactions: 37_501), "interactions"),
            (Simulation(interactions: .min), "interactions"),
            (Simulation(misclickRate: -0.1), "misclickRate"),
            (Simulation(misclickRate: .nan), "misclickRate"),
            (Simulation(junkShare: 0.4), "junkShare"),
            (Simulation(duplicateShare: .infinity), "duplicateShare"),
        ]
        for (simulation, option) in cases {
            let error = #expect(throws: SimulationError.self) { try simulation.generate() }
            #expect(error?.description.hasPrefix("\(option) = ") == true)
        }
    }
}
