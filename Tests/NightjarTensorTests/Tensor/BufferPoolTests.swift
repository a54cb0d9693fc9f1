import Testing

@testable import NightjarTensor

@Suite("Memory of tensors")
struct BufferPoolTests {
    @Test("sizes are rounded up by at most an eighth")
    func rounding() {
        for size in [0, 1, 64, 65, 4096, 4097, 5000, 1 << 20, (1 << 20) + 1, 123_456_789] {
            let rounded = BufferPool.roundedSize(size)
            #expect(rounded >= size && rounded % 64 == 0)
            #expect(size <= 4096 ? rounded - size <= 64 : rounded <= size + size / 8)
        }
    }

    @Test("a freed block serves the next tensor of its size")
    func reuse() throws {
        // A size that no other test takes, because tests run at the same time.
        let shape = [1_234_567]
        let first = try Tensor(repeating: 1, shape: shape).pointer
        let second = try Tensor(uninitialized: shape)
        #expect(second.pointer == first)
        let third = try Tensor(uninitialized: shape)
        #expect(third.pointer != first)
    }

    @Test("a tensor too large for memory is an error")
    func tooLarge() {
        #expect(throws: TensorError.outOfMemory(bytes: 1 << 59)) {
            try Tensor(uninitialized: [1 << 57])
        }
        #expect(throws: TensorError.outOfMemory(bytes: 1 << 59)) {
            try BufferPool.requireRoom(1 << 59)
        }
        #expect(throws: Never.self) { try BufferPool.requireRoom(1 << 20) }
        #expect(throws: TensorError.badShape([1 << 40, 1 << 40])) {
            try Tensor(uninitialized: [1 << 40, 1 << 40])
        }
        let hollow = [0, 1 << 40, 1 << 40]
        #expect(throws: TensorError.badShape(hollow)) { try Tensor(shape: [0]).reshaped(hollow) }
        // Loops over rows without elements would never end.
        let endless = [1 << 53, 0]
        #expect(throws: TensorError.badShape(endless)) { try Tensor(shape: endless) }
        #expect(throws: TensorError.badShape([-1])) { try Tensor(uninitialized: [-1]) }
    }
}
