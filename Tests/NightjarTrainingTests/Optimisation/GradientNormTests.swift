import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Norm of a gradient")
struct GradientNormTests {
    @Test("is that of all dense and row gradients as one vector")
    func closedForm() throws {
        let dense = Parameter("dense", try Tensor([0, 0]))
        let table = Parameter("table", try Tensor(repeating: 0, shape: [5, 2]))
        let unused = Parameter("unused", try Tensor([7]))
        let sum = GradientSum()
        try sum.take(.dense(Tensor([1, 2])), of: dense)
        try sum.take(.rows([4, 1], Tensor([2, 4, 4, 8], shape: [2, 2])), of: table)
        #expect(abs(sum.norm(of: [dense, table, unused]) - 105.0.squareRoot()) < 1e-12)
        #expect(abs(sum.norm(of: [table]) - 10) < 1e-12)
        #expect(sum.norm(of: [unused]) == 0)
    }

    @Test("of a long gradient loses nothing to rounding")
    func longGradient() throws {
        let count = 200_001
        let parameter = Parameter("p", try Tensor(repeating: 0, shape: [count]))
        let sum = GradientSum()
        try sum.take(.dense(Tensor(repeating: 0.5, shape: [count])), of: parameter)
        #expect(abs(sum.norm(of: [parameter]) - 0.5 * Double(count).squareRoot()) < 1e-9)
    }

    @Test("is not finite when an element is not")
    func notFinite() throws {
        let parameter = Parameter("p", try Tensor([0, 0]))
        let sum = GradientSum()
        try sum.take(.dense(Tensor([1, .nan])), of: parameter)
        #expect(!sum.norm(of: [parameter]).isFinite)
    }
}
