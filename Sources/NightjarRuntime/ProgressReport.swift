// What a long computation tells about itself while it runs.

/// One report of a long computation: how far it is and its key figures.
public struct ProgressReport: Sendable {
    /// What is being done, such as `epoch 7/20` or `tracin checkpoint 1/2`.
    public var task: String
    /// Units done so far.
    public var done: Double
    /// Units in all; 0 when unknown.
    public var total: Double
    /// What is counted, such as `ex` or `pairs`.
    public var unit: String
    /// Units done a second.
    public var rate: Double
    /// Key figures in the order to be shown, such as `("loss", 5.91)`.
    public var figures: [(name: String, value: Double)]
    /// Seconds until the whole task, not only this part, is done; negative when unknown.
    public var secondsLeft: Double

    /// Creates a report.
    public init(
        task: String, done: Double, total: Double, unit: String, rate: Double,
        figures: [(name: String, value: Double)] = [], secondsLeft: Double = -1
    ) {
        self.task = task
        self.done = done
        self.total = total
        self.unit = unit
        self.rate = rate
        self.figures = figures
        self.secondsLeft = secondsLeft
    }
}

/// Receives progress reports; called on the thread that started the computation.
public typealias ProgressHandler = (ProgressReport) -> Void
