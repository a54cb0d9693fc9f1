// Retrainings that are done, in files, so that a killed process goes on where it was.

import NightjarRuntime
import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// A folder with one file for each retraining, named by a digest of all that decides its figures.
///
/// A file is found again by whoever asks for the same retraining, whatever else is asked for with
/// it; retrainings of several studies may share a folder.
struct RetrainingCache: Sendable {
    let folder: String

    /// Makes the folder where it is missing.
    ///
    /// - Throws: ``NightjarRuntime/FileError``.
    init(folder: String) throws(FileError) {
        try Folders.make(folder)
        self.folder = folder
    }

    /// The figures in the file of a retraining, each with one value for each target; `nil` when it is
    /// not there.
    ///
    /// - Throws: ``FileFormatError`` for a damaged file.
    func figures(_ names: [String], targets: Int, of key: String) throws -> [[Float]]? {
        let path = path(of: key)
        guard access(path, F_OK) == 0 else { return nil }
        let file = try SafetensorsFile(path: path)
        return try names.map { name in
            let entry = try file.entry(name)
            guard entry.shape == [targets] else {
                throw FileFormatError(
                    path,
                    .sizeMismatch(
                        tensor: name, shape: [targets], type: entry.type,
                        bytes: entry.byteRange.count))
            }
            return try file.floats(name)
        }
    }

    /// Writes the file of a retraining, whole or not at all.
    ///
    /// - Throws: ``NightjarRuntime/FileError``.
    func write(_ figures: [[Float]], _ names: [String], note: String, of key: String) throws {
        try SafetensorsFile.write(
            zip(names, figures).map { TensorSource($0, shape: [$1.count], floats: $1) },
            metadata: ["nightjar.retraining": note], to: path(of: key))
    }

    private func path(of key: String) -> String { "\(folder)/\(key.prefix(32)).safetensors" }
}
