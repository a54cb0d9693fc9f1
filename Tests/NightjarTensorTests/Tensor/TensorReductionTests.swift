import Testing

@testable import NightjarTensor

@Suite("Reductions of tensors")
struct TensorReductionTests {
    static let shapes = [[1], [17], [3, 17], [5, 200], [2, 3, 70], [9, 4, 3], [2, 300, 70]]

    @Test("agree with the plain loop along every dimension", arguments: shapes)
    func alongDimensions(_ shape: [Int]) throws {
        let array = NaiveArray(shape, sample(shape, "x"))
        let x = try tensor(array.values, shape)
        for axis in shape.indices {
            func naive(_ body: ([Double]) -> Double) -> [Double] {
                array.reduced(axis, body).values
            }
            let sums = naive { $0.reduce(0, +) }
            #expect(difference(try x.sum(axis: axis).doubles, sums) < 1e-6)
            #expect(
                difference(
                    try x.mean(axis: axis).doubles, sums.map { $0 / Double(shape[axis]) }) < 1e-6)
            #expect(try x.maximum(axis: axis).doubles == naive { $0.max() ?? .nan })
            #expect(try x.minimum(axis: axis).doubles == naive { $0.min() ?? .nan })
            let largest = naive { row in Double(row.firstIndex(of: row.max() ?? 0) ?? -1) }
            #expect(try x.argmax(axis: axis).values.map(Double.init) == largest)
            let smallest = naive { row in Double(row.firstIndex(of: row.min() ?? 0) ?? -1) }
            #expect(try x.argmin(axis: axis - shape.count).values.map(Double.init) == smallest)
        }
        #expect(abs(x.sum() - array.values.reduce(0, +)) < 1e-7 * Double(x.count))
        #expect(abs(x.mean() - array.values.reduce(0, +) / Double(x.count)) < 1e-7)
        let squares = array.values.reduce(0) { $0 + $1 * $1 }
        #expect(abs(x.norm() - squares.squareRoot()) < 1e-9 * squares)
        #expect(Double(try x.maximum()) == array.values.max())
        #expect(Double(try x.minimum()) == array.values.min())
    }

    @Test("running sums agree with the plain loop", arguments: shapes)
    func cumulative(_ shape: [Int]) throws {
        let array = NaiveArray(shape, sample(shape, "x"))
        let x = try tensor(array.values, shape)
        for axis in shape.indices {
            let stride = shape[(axis + 1)...].reduce(1, *)
            var expected = array.values
            for place in expected.indices where place / stride % shape[axis] > 0 {
                expected[place] += expected[place - stride]
            }
            #expect(difference(try x.cumulativeSum(axis: axis).doubles, expected) < 1e-6)
        }
    }

    @Test("ten million terms lose no digits")
    func precision() throws {
        let x = try Tensor(repeating: 0.1, shape: [10_000_000])
        let expected = Double(Float(0.1)) * 1e7
        #expect(abs(x.sum() - expected) < 1e-6 * expected)
        let column = try x.reshaped([2_500_000, 4]).sum(axis: 0).doubles
        #expect(difference(column, [Double](repeating: expected / 4, count: 4)) < 1e-6)
    }

    @Test("the first of equal extremes is named, and not-a-number is beyond all")
    func extremes() throws {
        let x = try Tensor([1, 5, 5, 0, 0], shape: [1, 5])
        #expect(try x.argmax() == Positions(shape: [1], values: [1]))
        #expect(try x.argmin() == Positions(shape: [1], values: [3]))
        let y = try Tensor([1, .nan, 7, .nan])
        #expect(try y.argmax().values == [1])
        #expect(try y.argmin().values == [1])
        #expect(try y.maximum().isNaN)
        #expect(try y.minimum().isNaN)
    }

    @Test("not-a-number is found wherever it stands in a long line", arguments: [0, 63, 100, 130])
    func notANumber(_ place: Int) throws {
        let x = try tensor(sample([131], "x"), [131])
        x.pointer[place] = .nan
        x.pointer[130] = .nan
        for line in [x, try x.broadcast(to: [2, 131]).transposed()] {
            #expect(try line.argmax(axis: 0).values.allSatisfy { $0 == place })
            #expect(try line.argmin(axis: 0).values.allSatisfy { $0 == place })
            #expect(try line.maximum(axis: 0).values.allSatisfy(\.isNaN))
        }
    }

    @Test("nothing sums to 0 and has neither mean nor extremes")
    func empty() throws {
        let x = try Tensor(shape: [3, 0])
        #expect(x.sum() == 0)
        #expect(x.mean().isNaN)
        #expect(x.norm() == 0)
        #expect(try x.sum(axis: 1).values == [0, 0, 0])
        #expect(try x.sum(axis: 0).values == [])
        #expect(try x.mean(axis: 1).values.allSatisfy(\.isNaN))
        #expect(try x.maximum(axis: 0).values == [])
        #expect(throws: TensorError.self) { try x.maximum(axis: 1) }
        #expect(throws: TensorError.self) { try x.argmax() }
        #expect(throws: TensorError.self) { try x.minimum() }
        #expect(throws: TensorError.self) { try Tensor(scalar: 1).sum(axis: 0) }
    }
}
