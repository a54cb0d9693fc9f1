// The types of numbers that tensor files hold.

/// The type of a tensor's elements in a file.
///
/// In memory Nightjar computes with 32-bit floats; files may hold any of these. The raw value is
/// the name in safetensors, and the order of cases is that format's own.
public enum ElementType: String, CaseIterable, Sendable {
    /// One byte, 0 or 1.
    case bool = "BOOL"
    /// Unsigned, 8 bits.
    case uint8 = "U8"
    /// Signed, 8 bits.
    case int8 = "I8"
    /// Eight-bit float with 5 bits of exponent and 2 of fraction.
    case float8E5M2 = "F8_E5M2"
    /// Eight-bit float with 4 bits of exponent and 3 of fraction, without infinities.
    case float8E4M3 = "F8_E4M3"
    /// Signed, 16 bits.
    case int16 = "I16"
    /// Unsigned, 16 bits.
    case uint16 = "U16"
    /// IEEE half precision.
    case float16 = "F16"
    /// The upper half of a 32-bit float.
    case bfloat16 = "BF16"
    /// Signed, 32 bits.
    case int32 = "I32"
    /// Unsigned, 32 bits.
    case uint32 = "U32"
    /// IEEE single precision.
    case float32 = "F32"
    /// IEEE double precision.
    case float64 = "F64"
    /// Signed, 64 bits.
    case int64 = "I64"
    /// Unsigned, 64 bits.
    case uint64 = "U64"

    /// Size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8, .float8E5M2, .float8E4M3: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Bytes of a tensor of this type and shape; `nil` when negative or not representable.
    public func byteCount(of shape: [Int]) -> Int? {
        var elements = 1
        for dimension in shape {
            let (product, overflow) = elements.multipliedReportingOverflow(by: dimension)
            if overflow || dimension < 0 { return nil }
            elements = product
        }
        let (bytes, overflow) = elements.multipliedReportingOverflow(by: byteCount)
        return overflow ? nil : bytes
    }
}

extension ElementType {
    /// The name in NumPy and PyTorch.
    public var name: String {
        switch self {
        case .bool: "bool"
        case .uint8: "uint8"
        case .int8: "int8"
        case .float8E5M2: "float8_e5m2"
        case .float8E4M3: "float8_e4m3"
        case .int16: "int16"
        case .uint16: "uint16"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .int32: "int32"
        case .uint32: "uint32"
        case .float32: "float32"
        case .float64: "float64"
        case .int64: "int64"
        case .uint64: "uint64"
        }
    }

    /// Whether the elements are integers, true and false among them.
    public var isInteger: Bool {
        switch self {
        case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
        case .float8E5M2, .float8E4M3, .float16, .bfloat16, .float32, .float64: false
        }
    }
}

// MARK: - Conversion

extension ElementType {
    /// Converts little-endian elements to floats, rounding to the nearest; true becomes 1.
    ///
    /// Converts as many elements as both buffers hold.
    func decode(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>) {
        let target = floats
        switch self {
        case .bool: convert(bytes, target, UInt8.self) { $0 == 0 ? 0 : 1 }
        case .uint8: convert(bytes, target, UInt8.self) { Float($0) }
        case .int8: convert(bytes, target, UInt8.self) { Float(Int8(bitPattern: $0)) }
        case .float8E5M2: convert(bytes, target, UInt8.self, Self.float(e5m2:))
        case .float8E4M3: convert(bytes, target, UInt8.self, Self.float(e4m3:))
        case .int16: convert(bytes, target, UInt16.self) { Float(Int16(bitPattern: $0)) }
        case .uint16: convert(bytes, target, UInt16.self) { Float($0) }
        case .float16: convert(bytes, target, UInt16.self) { Float(Float16(bitPattern: $0)) }
        case .bfloat16: convert(bytes, target, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .int32: convert(bytes, target, UInt32.self) { Float(Int32(bitPattern: $0)) }
        case .uint32: convert(bytes, target, UInt32.self) { Float($0) }
        case .float32: convert(bytes, target, UInt32.self) { Float(bitPattern: $0) }
        case .float64: convert(bytes, target, UInt64.self) { Float(Double(bitPattern: $0)) }
        case .int64: convert(bytes, target, UInt64.self) { Float(Int64(bitPattern: $0)) }
        case .uint64: convert(bytes, target, UInt64.self) { Float($0) }
        }
    }

    /// Converts little-endian integers; nothing when the type is none, or one needs 65 bits.
    func integers(_ bytes: UnsafeRawBufferPointer) -> [Int]? {
        var integers = [Int](repeating: 0, count: bytes.count / byteCount)
        var fits = true
        integers.withUnsafeMutableBufferPointer { target in
            switch self {
            case .bool: convert(bytes, target, UInt8.self) { $0 == 0 ? 0 : 1 }
            case .uint8: convert(bytes, target, UInt8.self) { Int($0) }
            case .int8: convert(bytes, target, UInt8.self) { Int(Int8(bitPattern: $0)) }
            case .int16: convert(bytes, target, UInt16.self) { Int(Int16(bitPattern: $0)) }
            case .uint16: convert(bytes, target, UInt16.self) { Int($0) }
            case .int32: convert(bytes, target, UInt32.self) { Int(Int32(bitPattern: $0)) }
            case .uint32: convert(bytes, target, UInt32.self) { Int($0) }
            case .int64: convert(bytes, target, UInt64.self) { Int(Int64(bitPattern: $0)) }
            case .uint64:
                convert(bytes, target, UInt64.self) { bits in
                    if let value = Int(exactly: bits) { return value }
                    fits = false
                    return 0
                }
            case .float8E5M2, .float8E4M3, .float16, .bfloat16, .float32, .float64: fits = false
            }
        }
        return fits ? integers : nil
    }

    /// The loop of the conversions, specialised for each type; nothing need be aligned.
    @inline(__always)
    private func convert<Bits: FixedWidthInteger, Number>(
        _ bytes: UnsafeRawBufferPointer, _ numbers: UnsafeMutableBufferPointer<Number>,
        _ type: Bits.Type, _ number: (Bits) -> Number
    ) {
        let size = MemoryLayout<Bits>.size
        for index in 0..<min(numbers.count, bytes.count / size) {
            let bits = bytes.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
            numbers[index] = number(Bits(littleEndian: bits))
        }
    }

    /// This format is the upper byte of half precision.
    private static func float(e5m2 bits: UInt8) -> Float {
        Float(Float16(bitPattern: UInt16(bits) << 8))
    }

    /// Bias 7; the largest exponent holds numbers too, and only its last code is NaN.
    private static func float(e4m3 bits: UInt8) -> Float {
        let sign: Float = bits & 0x80 == 0 ? 1 : -1
        let exponent = Int(bits >> 3 & 0xF)
        let fraction = Float(bits & 0x7)
        if bits & 0x7F == 0x7F { return .nan }
        if exponent == 0 { return sign * fraction * 0x1p-9 }
        return sign * Float(sign: .plus, exponent: exponent - 7, significand: 1 + fraction / 8)
    }
}
