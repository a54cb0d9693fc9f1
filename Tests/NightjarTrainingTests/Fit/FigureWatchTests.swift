import Testing

@testable import NightjarTraining

@Suite("Watching a figure")
struct FigureWatchTests {
    private func watching(_ values: [Double], higherIsBetter: Bool) -> FigureWatch {
        var watch = FigureWatch()
        for (index, value) in values.enumerated() {
            watch.see(
                value, epoch: index + 1, higherIsBetter: higherIsBetter, plateauPatience: nil)
        }
        return watch
    }

    @Test("finds the best epoch in either direction")
    func direction() {
        let values = [0.2, 0.5, 0.1, 0.4]
        #expect(watching(values, higherIsBetter: true).bestEpoch == 2)
        #expect(watching(values, higherIsBetter: false).bestEpoch == 3)
        #expect(watching(values, higherIsBetter: true).epochsSinceBest == 2)
    }

    @Test("does not take an equal value for a gain")
    func equalValue() {
        let watch = watching([0.3, 0.3, 0.3], higherIsBetter: true)
        #expect(watch.bestEpoch == 1)
        #expect(watch.epochsSinceBest == 2)
    }

    @Test("never takes a value that is not a number for the best")
    func notANumber() {
        #expect(watching([.nan, .nan], higherIsBetter: true).bestEpoch == nil)
        #expect(watching([.nan, 0.1, .nan], higherIsBetter: true).bestEpoch == 2)
        #expect(watching([.nan, .nan], higherIsBetter: true).epochsSinceBest == 2)
    }
}
