// What is wrong with a tensor file, told so that the user knows what to do.

import NightjarRuntime

/// A safetensors or .npy file that cannot be read, or cannot be written as asked.
///
/// Problems of the file system itself are ``NightjarRuntime/FileError``.
public struct FileFormatError: Error, Equatable, Sendable {
    /// What can be wrong.
    public enum Problem: Error, Equatable, Sendable {
        /// The file is shorter than the shortest file of its format.
        case tooShort(bytes: Int, needed: Int)
        /// The header is longer than the format allows.
        case headerTooLarge(bytes: UInt64, limit: Int)
        /// The header would end after the end of the file.
        case headerBeyondEnd(headerBytes: UInt64, fileBytes: Int)
        /// The header is not UTF-8 text.
        case headerNotUTF8
        /// The header is not the text that the format asks for.
        case headerNotReadable(String)
        /// A header field is missing or holds a value of a wrong kind.
        case headerField(String, expected: String)
        /// The header names something twice; names equal under Unicode normalisation count as one.
        case duplicateName(String?)
        /// A tensor does not begin where the one before it ends, or ends before it begins.
        case badOffsets(tensor: String, start: Int, end: Int, expectedStart: Int)
        /// A tensor's shape and type ask for another number of bytes than it has.
        case sizeMismatch(tensor: String, shape: [Int], type: ElementType, bytes: Int)
        /// A tensor's size in bytes is not representable, or a dimension is negative.
        case impossibleShape(tensor: String, shape: [Int])
        /// The tensors end before or after the end of the file.
        case wrongLength(expectedBytes: Int, fileBytes: Int)
        /// A type of element that is not read or written.
        case unsupportedType(tensor: String, type: String)
        /// A version of the format that is not known.
        case unsupportedVersion(String)
        /// There is no tensor of this name.
        case missingTensor(String, nearest: String?)
        /// A name that the format keeps for itself.
        case reservedName(String)
        /// The path ends in no extension of a known format.
        case unknownExtension(String)
        /// A whole number that a 32-bit float would round.
        case inexact(tensor: String, type: ElementType, value: Int)
        /// Numbers that are asked for as integers but are none, or do not fit.
        case notIntegers(tensor: String, type: ElementType)
    }

    /// The path as the user gave it.
    public let file: String
    /// What is wrong.
    public let problem: Problem

    /// Creates an error about the file at path `file`.
    public init(_ file: String, _ problem: Problem) {
        self.file = file
        self.problem = problem
    }

    /// Adds the path to the problems that `body` finds.
    static func naming<Result>(
        _ file: String, _ body: () throws(Problem) -> Result
    ) throws(FileFormatError) -> Result {
        do throws(Problem) { return try body() } catch { throw FileFormatError(file, error) }
    }
}

extension FileFormatError: CustomStringConvertible {
    /// One sentence for what is wrong, one for what to do.
    public var description: String { "'\(file)' \(problem.sentence) \(problem.nextStep)" }
}

extension FileFormatError.Problem {
    fileprivate var sentence: String {
        switch self {
        case .tooShort(let bytes, let needed):
            "has \(bytes) bytes, fewer than the \(needed) that a file of its format begins with."
        case .headerTooLarge(let bytes, let limit):
            "announces a header of \(bytes) bytes, more than the \(limit) that are allowed."
        case .headerBeyondEnd(let headerBytes, let fileBytes):
            "announces a header of \(headerBytes) bytes but has only \(fileBytes) bytes in all."
        case .headerNotUTF8:
            "has a header that is not UTF-8 text."
        case .headerNotReadable(let reason):
            "has a header that cannot be read: \(reason)."
        case .headerField(let field, let expected):
            "lacks \(expected) at \(field) of its header."
        case .duplicateName(let name):
            name.map { "names '\($0)' twice." } ?? "names a tensor or a field of one twice."
        case .badOffsets(let tensor, let start, let end, let expectedStart):
            "places tensor '\(tensor)' at bytes \(start) to \(end); it must begin at"
                + " \(expectedStart) and not end before."
        case .sizeMismatch(let tensor, let shape, let type, let bytes):
            "has \(bytes) bytes for tensor '\(tensor)', which does not fit shape \(shape) of"
                + " \(type.rawValue) (\(type.byteCount) bytes each)."
        case .impossibleShape(let tensor, let shape):
            "gives tensor '\(tensor)' the impossible shape \(shape)."
        case .wrongLength(let expectedBytes, let fileBytes):
            "has \(fileBytes) bytes where its header describes \(expectedBytes)."
        case .unsupportedType(let tensor, let type):
            "holds tensor '\(tensor)' of type \(type), which is not supported."
        case .unsupportedVersion(let version):
            "is of format version \(version), which is not known."
        case .missingTensor(let name, let nearest):
            "has no tensor '\(name)'" + (nearest.map { " (did you mean '\($0)'?)." } ?? ".")
        case .reservedName(let name):
            "cannot hold a tensor named '\(name)': the format keeps this name for itself."
        case .unknownExtension(let given):
            given.isEmpty
                ? "has no extension to tell its format."
                : "has the extension '.\(given)', which names no format of tensors."
        case .inexact(let tensor, let type, let value):
            "holds tensor '\(tensor)' of type \(type.rawValue) with \(value), which 32-bit floats"
                + " would round."
        case .notIntegers(let tensor, let type):
            "holds tensor '\(tensor)' of type \(type.rawValue), whose numbers are not all integers"
                + " of 64 bits."
        }
    }

    fileprivate var nextStep: String {
        switch self {
        case .tooShort, .headerTooLarge, .headerBeyondEnd, .headerNotUTF8, .headerNotReadable:
            "Check that it is the file that you mean, and copy or download it again."
        case .wrongLength:
            "It was changed or not copied whole: copy it again, or use an earlier one."
        case .headerField, .duplicateName, .badOffsets, .sizeMismatch, .impossibleShape:
            "Write it again with the program that made it; nothing was read."
        case .unsupportedType:
            "Convert it first, such as with PyTorch's .float() or NumPy's .astype('<f4')."
        case .unsupportedVersion:
            "Save it again with a current NumPy."
        case .missingTensor:
            "Print the file's names to choose from."
        case .reservedName:
            "Choose another name."
        case .unknownExtension:
            "Use '.npy' for one tensor, '.safetensors' for several by name."
        case .inexact:
            "Read it as a list, which keeps integers whole."
        case .notIntegers:
            "Save it as int64 or as floats, such as with NumPy's .astype('<i8')."
        }
    }
}
