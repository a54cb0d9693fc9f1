// Numbers in memory as tensors to be written, converted only where nothing is lost.

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

    /// Describes a tensor in memory whose elements are written as `type`.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` for an element that is no integer of the type.
    public init(_ name: String, _ tensor: Tensor, as type: ElementType) throws(TensorError) {
        guard type != .float32 else {
            self.init(name, tensor)
            return
        }
        var integers: [Int] = []
        integers.reserveCapacity(tensor.count)
        for value in tensor.values {
            guard let integer = Int(exactly: value) else {
                throw Self.unfit("\(value)", integers.count, name, type)
            }
            integers.append(integer)
        }
        try self.init(name, shape: tensor.shape, integers: integers, as: type)
    }

    /// Describes a tensor of integers that are written as `type`: 32- or 64-bit integers, or floats.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` for an integer that the type cannot hold.
    public init(
        _ name: String, shape: [Int], integers: [Int], as type: ElementType
    ) throws(TensorError) {
        let bytes: [UInt8] =
            switch type {
            case .int64: try Self.stored(integers, name, type) { Int64($0) }
            case .int32: try Self.stored(integers, name, type) { Int32(exactly: $0) }
            case .float32:
                try Self.stored(integers, name, type) { Float(exactly: $0)?.bitPattern }
            default:
                throw .badValue(
                    operation: "save",
                    "integers are not written as \(type.name). Choose int64, int32 or float32.")
            }
        self.init(name, type, shape: shape, bytes: bytes)
    }

    /// Describes a tensor of numbers that are rounded to 32-bit floats, whole ones excepted.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` for a whole number that rounding would change.
    public init(_ name: String, shape: [Int], numbers: [Double]) throws(TensorError) {
        // Beyond 2⁵³ a Double is whole anyhow, and no count or id.
        let isId = { (number: Double) in number == number.rounded() && abs(number) <= 0x1p53 }
        if let place = numbers.firstIndex(where: { isId($0) && Double(Float($0)) != $0 }) {
            throw Self.unfit("\(Int(numbers[place]))", place, name, .float32)
        }
        self.init(name, shape: shape, floats: numbers.map { Float($0) })
    }

    private static func stored<Bits: FixedWidthInteger>(
        _ integers: [Int], _ name: String, _ type: ElementType, _ bits: (Int) -> Bits?
    ) throws(TensorError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(integers.count * type.byteCount)
        for (place, integer) in integers.enumerated() {
            guard let stored = bits(integer) else {
                throw unfit("\(integer)", place, name, type)
            }
            Swift.withUnsafeBytes(of: stored.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    private static func unfit(
        _ value: String, _ place: Int, _ name: String, _ type: ElementType
    ) -> TensorError {
        .badValue(
            operation: "save",
            "element \(place + 1)\(name.isEmpty ? "" : " of '\(name)'") is \(value), which"
                + " \(type.name) cannot hold. Choose another type.")
    }
}
