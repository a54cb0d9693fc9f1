import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Sums of outer products")
struct OuterProductSumTests {
    @Test(
        "equal the sum over rows in double precision",
        arguments: [(5, 3, 4), (300, 8, 2), (700, 70, 50), (1030, 50, 70), (600, 2100, 9)])
    func sums(_ rows: Int, _ out: Int, _ width: Int) throws {
        var stream = RandomStream(seed: 2, "outer")
        func random(_ columns: Int) throws -> Tensor {
            try Tensor(
                (0..<rows * columns).map { _ in Float(stream.uniform() - 0.5) },
                shape: [rows, columns])
        }
        let (deltas, inputs) = (try random(out), try random(width))
        let sum = try OuterProductSum.of(deltas, inputs)
        #expect(sum.shape == [out, width])
        let (d, x, found) = (deltas.values, inputs.values, sum.values)
        for o in Set([0, out / 2, out - 1]) {
            for k in 0..<width {
                let exact = (0..<rows).reduce(0.0) {
                    $0 + Double(d[$1 * out + o]) * Double(x[$1 * width + k])
                }
                #expect(abs(Double(found[o * width + k]) - exact) < 1e-6 * Double(rows))
            }
        }
    }
}
