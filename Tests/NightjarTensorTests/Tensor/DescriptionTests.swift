import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("The text of a tensor")
struct DescriptionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let values: [Float]
        var shape: [Int]?
        let lines: [String]
    }

    static let exact = [
        Case(
            testDescription: "whole numbers have no point", values: [2, 4, 6, 8], shape: [2, 2],
            lines: ["Tensor 2x2 f32", "  2  4", "  6  8"]),
        Case(
            testDescription: "columns are aligned to the right", values: [1, -20, 300, 4],
            shape: [2, 2], lines: ["Tensor 2x2 f32", "    1  -20", "  300    4"]),
        Case(
            testDescription: "a number alone", values: [2.5], shape: [],
            lines: ["Tensor scalar f32", "  2.5"]),
        Case(
            testDescription: "no elements, no lines", values: [], shape: [0, 3],
            lines: ["Tensor 0x3 f32"]),
        Case(
            testDescription: "points stand below each other, without common zeros",
            values: [0.5, 0.25, -1], lines: ["Tensor 3 f32", "   0.50   0.25  -1.00"]),
        Case(
            testDescription: "four decimals at most", values: [1 / 3, 2 / 3],
            lines: ["Tensor 2 f32", "  0.3333  0.6667"]),
        Case(
            testDescription: "no more digits than a float has", values: [12345.678, 54321],
            lines: ["Tensor 2 f32", "  12345.68  54321.00"]),
        Case(
            testDescription: "powers of ten when magnitudes lie far apart", values: [1, -1.5e-5],
            lines: ["Tensor 2 f32", "   1.000e+00  -1.500e-05"]),
        Case(
            testDescription: "powers of ten for what is too large", values: [2e8, 1],
            lines: ["Tensor 2 f32", "  2.000e+08  1.000e+00"]),
        Case(
            testDescription: "what is not finite does not change the notation",
            values: [.nan, .infinity, -.infinity, 7],
            lines: ["Tensor 4 f32", "   nan   inf  -inf     7"]),
        Case(
            testDescription: "a vector is broken into lines", values: (1...25).map { Float($0) },
            lines: [
                "Tensor 25 f32",
                "   1   2   3   4   5   6   7   8   9  10  11  12  13  14  15  16  17  18  19  20",
                "  21  22  23  24  25",
            ]),
        Case(
            testDescription: "matrices stand below their positions",
            values: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 1, 2, 2],
            lines: [
                "Tensor 2x1x2x2 f32", "[1, 1, :, :]", "  1  2", "  3  4", "[2, 1, :, :]",
                "  5  6", "  7  8",
            ]),
        Case(
            testDescription: "columns that do not fit are cut, and then all are summarised",
            values: (0..<60).map { 1000 + Float($0) }, shape: [2, 30],
            lines: [
                "Tensor 2x30 f32  min 1000  max 1059  mean 1030",
                "  1000  1001  1002  …  1027  1028  1029",
                "  1030  1031  1032  …  1057  1058  1059",
            ]),
    ]

    @Test("is", arguments: exact)
    func texts(_ example: Case) throws {
        let tensor = try Tensor(example.values, shape: example.shape ?? [example.values.count])
        #expect(tensor.description == example.lines.joined(separator: "\n"))
    }

    @Test("cuts the middle of every long dimension and summarises")
    func cut() throws {
        let tensor = try Tensor.range(to: 20_000).reshaped([200, 100])
        #expect(
            tensor.description == """
                Tensor 200x100 f32  min 0  max 2e+04  mean 1e+04
                      0      1      2  …     97     98     99
                    100    101    102  …    197    198    199
                    200    201    202  …    297    298    299
                  …
                  19700  19701  19702  …  19797  19798  19799
                  19800  19801  19802  …  19897  19898  19899
                  19900  19901  19902  …  19997  19998  19999
                """)
    }

    @Test("counts what is not finite, and leaves it out of the statistics")
    func notFinite() throws {
        let tensor = try Tensor(repeating: 2, shape: [2000])
        tensor.withUnsafeValues { values in
            values[100] = .nan
            values[200] = .infinity
            values[201] = -.infinity
        }
        #expect(
            tensor.description.hasPrefix("Tensor 2000 f32  min 2  max 2  mean 2  nan 1  inf 2\n"))
        tensor.fill(.nan)
        #expect(tensor.description.hasPrefix("Tensor 2000 f32  nan 2000\n"))
    }

    @Test(
        "is short and narrow, whatever the shape",
        arguments: [
            [1000], [1001], [999, 1], [1, 999], [40, 25], [1_000_001], [2000, 600], [7, 7, 7, 7],
            [30, 30, 30], [100, 1, 1, 100], [2, 500], [1000, 1], [1, 1, 1000], [900, 1, 1],
        ])
    func bounded(_ shape: [Int]) throws {
        var stream = RandomStream(seed: 1, "text")
        let tensor = try Tensor.normal(shape, mean: 0, deviation: 1e9, &stream)
        let lines = tensor.description.split(separator: "\n")
        #expect(lines.count <= 52)
        #expect(lines.dropFirst().allSatisfy { $0.count <= TensorPreview.usualWidth })
        #expect(lines[0].count <= 90)
        let isSummarised = tensor.count <= 1_000_000
        #expect(lines[0].contains("no statistics: more than 1e6 elements") == !isSummarised)
    }

    @Test("of very many dimensions names the first of them only")
    func manyDimensions() throws {
        let tensor = try Tensor(repeating: 1, shape: [Int](repeating: 1, count: 64))
        #expect(tensor.description.hasPrefix("Tensor 1x1x1x1x1x1x1x1x1x1x1x1x… f32\n"))
        #expect(throws: TensorError.badShape([Int](repeating: 1, count: 65))) {
            try tensor.reshaped([Int](repeating: 1, count: 65))
        }
    }
}
