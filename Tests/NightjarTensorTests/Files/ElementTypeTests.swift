import Testing

@testable import NightjarTensor

@Suite("Element types")
struct ElementTypeTests {
    private func floats(_ type: ElementType, _ bytes: [UInt8]) -> [Float] {
        [Float](unsafeUninitializedCapacity: bytes.count / type.byteCount) { buffer, filled in
            let count = bytes.count / type.byteCount
            let target = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            bytes.withUnsafeBytes { type.decode($0, into: target) }
            filled = count
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let type: ElementType
        let bytes: [UInt8]
        let values: [Float]
        var testDescription: String { type.rawValue }
    }

    @Test(
        "convert to floats by their value, extremes too",
        arguments: [
            Case(type: .bool, bytes: [0, 1, 255], values: [0, 1, 1]),
            Case(type: .uint8, bytes: [0, 255], values: [0, 255]),
            Case(type: .int8, bytes: [0x80, 0x7F, 0xFF], values: [-128, 127, -1]),
            Case(type: .uint16, bytes: [0xFF, 0xFF, 1, 0], values: [65535, 1]),
            Case(type: .int16, bytes: [0, 0x80, 0xFF, 0xFF], values: [-32768, -1]),
            Case(
                type: .float16, bytes: hex("66 2E FF 7B 01 00"),
                values: [
                    0.0999755859375, 65504, 0x1p-24,
                ]),
            Case(type: .bfloat16, bytes: hex("49 40 80 FF"), values: [3.140625, -.infinity]),
            Case(type: .uint32, bytes: hex("FF FF FF FF"), values: [0x1p32]),
            Case(type: .int32, bytes: hex("00 00 00 80"), values: [-0x1p31]),
            Case(type: .float32, bytes: hex("01 00 00 00"), values: [.leastNonzeroMagnitude]),
            Case(
                type: .float64, bytes: hex("00 00 00 00 00 00 F8 3F 00 00 00 00 00 00 F0 7F"),
                values: [1.5, .infinity]),
            Case(type: .int64, bytes: hex("00 00 00 00 00 00 00 80"), values: [-0x1p63]),
            Case(type: .uint64, bytes: hex("FF FF FF FF FF FF FF FF"), values: [0x1p64]),
        ])
    func conversion(_ example: Case) {
        #expect(floats(example.type, example.bytes) == example.values)
    }

    // Sums over all 256 codes and single values as PyTorch 2.13 converts them.

    @Test("eight-bit floats with 5 bits of exponent agree with PyTorch on every code")
    func e5m2() {
        let values = floats(.float8E5M2, Array(0...255))
        #expect(values.filter(\.isNaN).count == 6)
        #expect(values.filter(\.isInfinite).count == 2)
        let finite = values.filter(\.isFinite).map(Double.init)
        #expect(finite.reduce(0, +) == 0)
        #expect(finite.map(\.magnitude).reduce(0, +) == 720895.9995117188)
        #expect(
            [1, 7, 9, 60, 123, 200].map { values[$0] } == [
                1.52587890625e-05, 0.0001068115234375, 0.000152587890625, 1, 57344, -8,
            ])
    }

    @Test("eight-bit floats with 4 bits of exponent agree with PyTorch on every code")
    func e4m3() {
        let values = floats(.float8E4M3, Array(0...255))
        #expect(values.filter(\.isNaN).count == 2)
        #expect(values.filter(\.isInfinite).isEmpty)
        let finite = values.filter(\.isFinite).map(Double.init)
        #expect(finite.reduce(0, +) == 0)
        #expect(finite.map(\.magnitude).reduce(0, +) == 10815.75)
        #expect(
            [1, 7, 9, 60, 126, 200].map { values[$0] } == [
                0.001953125, 0.013671875, 0.017578125, 1.5, 448, -4,
            ])
    }

    @Test("sizes that cannot be counted have no answer")
    func overflow() {
        #expect(ElementType.float32.byteCount(of: []) == 4)
        #expect(ElementType.float32.byteCount(of: [3, 0]) == 0)
        #expect(ElementType.float64.byteCount(of: [1 << 60]) == nil)
        #expect(ElementType.float64.byteCount(of: [1 << 60, 0]) == 0)
        #expect(ElementType.uint8.byteCount(of: [1 << 32, 1 << 32]) == nil)
        #expect(ElementType.uint8.byteCount(of: [-1]) == nil)
        #expect(ElementType.uint8.byteCount(of: [0, -1]) == nil)
    }
}
