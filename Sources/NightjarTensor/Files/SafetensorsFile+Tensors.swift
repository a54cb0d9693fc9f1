// Tensors in memory to files and back.

extension TensorSource {
    /// Describes a tensor in memory; its values are read when the file is written.
    public init(_ name: String, _ tensor: Tensor) {
        #if _endian(little)
            self.init(name, .float32, shape: tensor.shape) { consume in
                try tensor.withUnsafeValues { values throws in
                    try consume(UnsafeRawBufferPointer(values))
                }
            }
        #else
            self.init(name, shape: tensor.shape, floats: tensor.values)
        #endif
    }
}

extension SafetensorsFile {
    /// The tensor called `name` in memory, converted to 32-bit floats.
    ///
    /// - Throws: ``FileFormatError``, ``TensorError``, or ``NightjarRuntime/FileError``.
    public func tensor(_ name: String) throws -> Tensor {
        let entry = try entry(name)
        return try Tensor(floats(name), shape: entry.shape)
    }
}
