// Times of a run that is under way, and how long it will take.

/// Counts examples and seconds.
struct EpochClock {
    /// Examples that have been trained, each once for each epoch, also before a resume.
    private(set) var done = 0
    /// Examples of the whole run.
    let total: Int
    /// Seconds of the last complete epoch; `nil` when a part of it was trained before a resume.
    private(set) var seconds: Double?

    private var doneAtStart = 0
    private var start = ContinuousClock.now
    private var epochStart = ContinuousClock.now
    private var epochIsWhole = true
    private var doneAtEpochStart = 0

    init(total: Int) { self.total = total }

    /// Starts counting with `done` examples trained in another process.
    mutating func start(at done: Int) {
        (self.done, doneAtStart) = (done, done)
        start = .now
    }

    mutating func startEpoch(isWhole: Bool) {
        (epochStart, epochIsWhole, doneAtEpochStart) = (.now, isWhole, done)
    }

    mutating func count(_ examples: Int) { done += examples }

    mutating func endEpoch() {
        seconds = epochIsWhole ? (ContinuousClock.now - epochStart) / .seconds(1) : nil
    }

    /// Examples a second in this epoch.
    var rate: Double {
        let elapsed = (ContinuousClock.now - epochStart) / .seconds(1)
        return elapsed > 0 ? Double(done - doneAtEpochStart) / elapsed : 0
    }

    /// Seconds until the whole run is done, at its pace so far, validation included.
    var secondsLeft: Double {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        guard done > doneAtStart else { return -1 }
        return elapsed / Double(done - doneAtStart) * Double(total - done)
    }
}
