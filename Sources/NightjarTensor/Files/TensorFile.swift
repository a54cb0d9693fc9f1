// Files of tensors of either format.

/// A file of tensors, whose format its extension tells.
public enum TensorFile: Sendable {
    /// One array without a name.
    case npy(NpyFile)
    /// Tensors by name.
    case safetensors(SafetensorsFile)

    /// The formats, by their extensions.
    public enum Format: String, CaseIterable, Sendable {
        /// NumPy's, of one array.
        case npy
        /// Hugging Face's, of tensors by name.
        case safetensors

        /// The format that the extension of `path` names, in whatever case.
        ///
        /// - Throws: ``FileFormatError/Problem/unknownExtension(_:)``.
        public init(of path: String) throws(FileFormatError) {
            let name = path.split(separator: "/").last ?? ""
            let dot = name.lastIndex(of: ".")
            let given = dot.map { name[name.index(after: $0)...].lowercased() } ?? ""
            guard let format = Self(rawValue: given) else {
                throw FileFormatError(path, .unknownExtension(given))
            }
            self = format
        }
    }

    /// Opens the file at `path` and checks its header.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public init(path: String) throws {
        switch try Format(of: path) {
        case .npy: self = .npy(try NpyFile(path: path))
        case .safetensors: self = .safetensors(try SafetensorsFile(path: path))
        }
    }
}

extension NpyFile {
    /// The array in memory, converted to 32-bit floats.
    ///
    /// - Throws: ``FileFormatError``, also for integers that floats would round; ``TensorError``, or
    ///   ``NightjarRuntime/FileError``.
    public func tensor() throws -> Tensor {
        try type.requireExactFloats("array", in: path) { try bytes() }
        return try Tensor(floats(), shape: shape)
    }

    /// The array as integers.
    ///
    /// - Throws: ``FileFormatError``, also when it holds other numbers.
    public func integers() throws -> [Int] {
        try type.integers("array", in: path) { try bytes() }
    }
}

extension SafetensorsFile {
    /// The tensor called `name` in memory, converted to 32-bit floats.
    ///
    /// - Throws: ``FileFormatError``, also for integers that floats would round; ``TensorError``, or
    ///   ``NightjarRuntime/FileError``.
    public func tensor(_ name: String) throws -> Tensor {
        let entry = try entry(name)
        try entry.type.requireExactFloats(name, in: path) { try bytes(name) }
        return try Tensor(floats(name), shape: entry.shape)
    }

    /// The tensor called `name` as integers.
    ///
    /// - Throws: ``FileFormatError``, also when it holds other numbers.
    public func integers(_ name: String) throws -> [Int] {
        try entry(name).type.integers(name, in: path) { try bytes(name) }
    }
}

extension ElementType {
    fileprivate func integers(
        _ tensor: String, in path: String, _ bytes: () throws -> [UInt8]
    ) throws -> [Int] {
        guard isInteger, let integers = try bytes().withUnsafeBytes({ self.integers($0) }) else {
            throw FileFormatError(path, .notIntegers(tensor: tensor, type: self))
        }
        return integers
    }

    /// Refuses integers that 32-bit floats would round without a word: ids would become others.
    fileprivate func requireExactFloats(
        _ tensor: String, in path: String, _ bytes: () throws -> [UInt8]
    ) throws {
        guard isInteger, byteCount >= 4 else { return }
        let integers = try integers(tensor, in: path, bytes)
        if let value = integers.first(where: { Float(exactly: $0) == nil }) {
            throw FileFormatError(path, .inexact(tensor: tensor, type: self, value: value))
        }
    }
}
