// How the elements of one tensor are written, so that their points stand below each other.

import NightjarRuntime

/// One notation for all elements of a text, chosen as NumPy and PyTorch do: whole numbers without a
/// point, plain decimals when magnitudes are close, powers of ten otherwise.
struct ElementFormat {
    private enum Notation {
        case whole
        case decimals(Int)
        case powers
    }

    /// The texts, padded to one width.
    let cells: [String]
    /// The number of characters of each.
    let width: Int

    init(_ elements: [Float]) {
        let notation = Self.notation(for: elements)
        var texts = elements.map { Self.text($0, notation) }
        if case .decimals = notation { Self.trimZeros(&texts) }
        let width = texts.map(\.utf8.count).max() ?? 0
        self.width = width
        cells = texts.map { String(repeating: " ", count: width - $0.utf8.count) + $0 }
    }

    private static func notation(for elements: [Float]) -> Notation {
        let finite = elements.filter(\.isFinite)
        let sizes = finite.filter { $0 != 0 }.map { abs($0) }
        guard let largest = sizes.max(), let smallest = sizes.min() else { return .whole }
        if largest < 1e8, finite.allSatisfy({ $0 == $0.rounded() }) { return .whole }
        if largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000 { return .powers }
        // A 32-bit float has seven digits; more of them would be noise.
        let digitsBefore = NumberText.fixed(Double(largest), digits: 0).utf8.count
        return .decimals(max(0, min(4, 7 - digitsBefore)))
    }

    private static func text(_ element: Float, _ notation: Notation) -> String {
        guard element.isFinite else {
            return element.isNaN ? "nan" : element < 0 ? "-inf" : "inf"
        }
        switch notation {
        case .whole: return NumberText.fixed(Double(element), digits: 0)
        case .decimals(let count): return NumberText.fixed(Double(element), digits: count)
        case .powers: return NumberText.powers(Double(element), digits: 3)
        }
    }

    /// Takes away the last decimals while they are 0 in every number; one always stays.
    private static func trimZeros(_ texts: inout [String]) {
        let numbers = texts.indices.filter { texts[$0].utf8.contains(UInt8(ascii: ".")) }
        while !numbers.isEmpty, numbers.allSatisfy({ texts[$0].hasSuffix("0") }),
            !numbers.contains(where: { texts[$0].hasSuffix(".0") })
        {
            for index in numbers { texts[index].removeLast() }
        }
    }
}
