// Which brackets belong together.

/// The brackets of a text: pairs, and those without a partner.
struct Brackets {
    /// Partners by position, in both directions.
    private var partners: [Int: Int] = [:]
    /// Positions of closing brackets that close nothing, or the wrong kind.
    private(set) var wrong: Set<Int> = []
    /// Positions of brackets that are open at the end.
    private(set) var open: [Int] = []

    init(_ text: [Character], _ tokens: [LuaToken]) {
        for token in tokens where token.kind == .symbol && token.range.count == 1 {
            let position = token.range.lowerBound
            switch text[position] {
            case "(", "[", "{": open.append(position)
            case ")": close(position, "(", text)
            case "]": close(position, "[", text)
            case "}": close(position, "{", text)
            default: break
            }
        }
    }

    private mutating func close(_ position: Int, _ opening: Character, _ text: [Character]) {
        guard let last = open.last, text[last] == opening else {
            wrong.insert(position)
            return
        }
        open.removeLast()
        partners[position] = last
        partners[last] = position
    }

    /// The partner of the bracket at a position.
    func partner(of position: Int) -> Int? { partners[position] }

    /// The pair at the cursor: of the bracket before it, or else under it.
    func pair(at cursor: Int) -> [Int] {
        for position in [cursor - 1, cursor] {
            if let partner = partners[position] { return [position, partner] }
        }
        return []
    }
}
