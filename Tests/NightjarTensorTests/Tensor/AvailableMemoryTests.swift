import Testing

@testable import NightjarTensor

@Suite("Available memory")
struct AvailableMemoryTests {
    @Test("is read from the kernel's report")
    func report() {
        let report = "MemTotal:       24684084 kB\nMemFree:  16830360 kB\nMemAvailable:   2048 kB\n"
        #expect(AvailableMemory.available(in: report) == 2 << 20)
        for broken in [
            "", "MemAvailable:", "MemAvailable: x kB", "MemAvailable: -1 kB",
            "MemAvailable: 9223372036854775807 kB", "MemFree: 5 kB",
        ] {
            #expect(AvailableMemory.available(in: broken) == nil)
        }
    }

    #if os(Linux)
        @Test("is more than this test needs, and a tensor that needs more is refused")
        func refusal() throws {
            let left = try #require(AvailableMemory.bytes)
            #expect(left > 1 << 20)
            let count = left / 4 / 8 * 9 + (64 << 20)
            #expect(throws: TensorError.outOfMemory(bytes: 4 * count)) {
                try Tensor(uninitialized: [count])
            }
        }
    #endif
}
