// What a checkpoint says besides its tensors: enough to rebuild the model and to go on training.

import FoundationEssentials
import NightjarModels
import NightjarRuntime

/// The state of a training run at one moment, without tensors.
///
/// It holds nothing that differs between equal runs, such as times and paths, so that equal runs
/// give equal files.
public struct CheckpointRecord: Sendable, Equatable, Codable {
    /// Version of this layout.
    public let format: Int
    /// Version of Nightjar that wrote it.
    public let nightjar: String
    /// The machine and its threads.
    public let machine: Machine
    /// What the model is built from.
    public let model: ModelConfiguration
    /// The choices that decide what comes next.
    public let recipe: TrainingRecipe
    /// The training data.
    public let data: DataIdentity
    /// The validation data; `nil` when there is none.
    public let validation: DataIdentity?
    /// Items of history that the training examples have; `nil` in files of earlier versions.
    public let historyLength: Int?
    /// Complete epochs.
    public let epoch: Int
    /// Complete batches of the next epoch; 0 between epochs.
    public let batch: Int
    /// Learning rate of the last step; that of the first one before it.
    public let learningRate: Double
    /// The complete epochs.
    public let history: [EpochRecord]
    /// Losses of the incomplete epoch.
    let losses: LossSum
    /// What early stopping and plateaus know.
    let watch: FigureWatch

    /// The layout that this version writes.
    static let currentFormat = 1
    /// The name in the file's free text under which the record stands.
    static let key = "nightjar"

    /// The record as text, always the same for the same record.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension CheckpointRecord {
    /// Reads the record of the checkpoint `file`.
    ///
    /// - Throws: ``CheckpointError``.
    init(text: String, file: String) throws(CheckpointError) {
        struct Head: Decodable {
            let format: Int
            let nightjar: String
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let record: CheckpointRecord
        do {
            let bytes = Data(text.utf8)
            let head = try decoder.decode(Head.self, from: bytes)
            guard head.format <= Self.currentFormat else {
                throw CheckpointError.newerFormat(
                    file: file, format: head.format, writer: head.nightjar)
            }
            record = try decoder.decode(CheckpointRecord.self, from: bytes)
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .badRecord(file: file, problem: Self.problem(error))
        }
        guard record.epoch >= 0, record.batch >= 0, record.history.count == record.epoch else {
            throw .badRecord(file: file, problem: "its epochs do not add up")
        }
        if let length = record.historyLength, !(1..<Int.max).contains(length) {
            throw .badRecord(file: file, problem: "it names histories of \(length) items")
        }
        self = record
    }

    private static func problem(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let path = context.codingPath.map(\.stringValue) + (key.map { [$0.stringValue] } ?? [])
            return path.isEmpty ? "the outermost value" : "'\(path.joined(separator: "."))'"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context)) is of a wrong kind"
        case .dataCorrupted(let context): "\(place(context)) is not valid"
        @unknown default: "it is not valid"
        }
    }
}

/// A weighted mean of losses while it is summed up.
struct LossSum: Sendable, Equatable, Codable {
    private var sum = 0.0
    private(set) var weight = 0.0

    /// Σ weight·loss / Σ weight; not a number before any weight was added.
    var mean: Double { sum / weight }

    mutating func add(_ loss: Double, weight: Double) {
        sum += weight * loss
        self.weight += weight
    }
}
