// What can be wrong with a checkpoint, told so that the user knows what to do.

import NightjarTensor

/// What can be wrong with a checkpoint file.
///
/// Every description ends in the next step for the user.
public enum CheckpointError: Error, Equatable, Sendable {
    /// The file is no whole safetensors file.
    case damaged(FileFormatError)
    /// The file holds tensors, but nothing of how they came about.
    case foreign(file: String)
    /// What the file says of its run cannot be read.
    case badRecord(file: String, problem: String)
    /// A part of the file is not what was written.
    case changed(String, file: String)
    /// The file was written by a later version.
    case newerFormat(file: String, format: Int, writer: String)
    /// The file lacks a tensor that is needed.
    case missingTensor(String, file: String, nearest: String?)
    /// A tensor is there, with another shape.
    case shape(String, file: String, expected: [Int], found: [Int])
    /// The file holds a parameter that the model does not have.
    case unknownParameter(String, file: String)
    /// The checkpoint is of another model than the one that shall go on.
    case otherModel(file: String, saved: String, given: String)
    /// The checkpoint is of a run on other data.
    case otherData(file: String, saved: String, given: String)
}

extension CheckpointError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .damaged(let error):
            error.description + " If it is damaged, resume from the checkpoint before it."
        case .foreign(let file):
            "'\(file)' holds tensors but is not a checkpoint of Nightjar. Name a file that a"
                + " training run has written; single tensors can be read from any file."
        case .badRecord(let file, let problem):
            "what '\(file)' says of its run cannot be read: \(problem). Use another checkpoint of"
                + " the run."
        case .changed(let part, let file):
            "\(part) in '\(file)' is not what was written: the disk or a copy has damaged it. Copy"
                + " the file again, or use another checkpoint of the run."
        case .newerFormat(let file, let format, let writer):
            "'\(file)' has format \(format) of Nightjar \(writer), which this version"
                + " does not know. Open it with that version or a later one."
        case .missingTensor(let name, let file, let nearest):
            "'\(file)' has no tensor '\(name)'"
                + (nearest.map { " (nearest name: '\($0)')" } ?? "")
                + ". Print the checkpoint to see its names, or open it with the version that wrote"
                + " it."
        case .shape(let name, let file, let expected, let found):
            "tensor '\(name)' in '\(file)' has shape \(found), the model needs \(expected)."
                + " Use another checkpoint of the run, or build the model with its sizes."
        case .unknownParameter(let name, let file):
            "'\(file)' holds '\(name)', which its model does not have. Open it with the version that"
                + " wrote it."
        case .otherModel(let file, let saved, let given):
            "'\(file)' is of another model (\(saved)) than the one to train (\(given)). Build the"
                + " model with the same options, or let the checkpoint build it."
        case .otherData(let file, let saved, let given):
            "'\(file)' is of a run on other data (\(saved)) than is given now (\(given)). Resume"
                + " with the same split and weights, or start a new run from its model."
        }
    }
}
