// Titles of films that were never made.

import NightjarRuntime

/// Makes up unique film titles, each in the words of its genre.
struct FilmTitles {
    private static let names = [
        "Ada", "Bruno", "Clara", "Dmitri", "Edith", "Felix", "Greta", "Hugo", "Ines", "Jonas",
        "Lena", "Marta", "Otto", "Rosa", "Viktor",
    ]
    private static let hours = ["Dawn", "Midnight", "Noon", "Dusk", "Low Tide", "Half Past Ten"]
    private static let numerals = ["II", "III", "IV", "V", "VI"]

    private var taken: Set<String> = []
    /// The numbers to try next behind titles that came again; those below are taken.
    private var nextNumbers: [String: Int] = [:]
    private var stream: RandomStream

    init(_ stream: RandomStream) { self.stream = stream }

    /// The title of a new film.
    mutating func next(in genre: Genre) -> String {
        var title = draft(genre)
        for _ in 0..<20 where taken.contains(title) { title = draft(genre) }
        return claim(title)
    }

    /// The title of part `part` (from 2) of the series that began with `first`.
    mutating func sequel(of first: String, part: Int) -> String {
        let numeral = Self.numerals.indices.contains(part - 2) ? Self.numerals[part - 2] : "\(part)"
        return claim("\(first) \(numeral)")
    }

    /// Takes a title, or the first free one with a number after it once the words have run out.
    private mutating func claim(_ title: String) -> String {
        if taken.insert(title).inserted { return title }
        var number = nextNumbers[title] ?? 2
        while !taken.insert("\(title) No. \(number)").inserted { number += 1 }
        nextNumbers[title] = number + 1
        return "\(title) No. \(number)"
    }

    private mutating func pick(_ words: [String]) -> String { words[stream.below(words.count)] }

    private mutating func draft(_ genre: Genre) -> String {
        let noun = pick(genre.nouns)
        switch stream.below(8) {
        case 0, 1: return "The \(pick(genre.adjectives)) \(noun)"
        case 2: return "\(pick(genre.adjectives)) \(noun)"
        case 3: return "The \(noun) of \(pick(genre.places))"
        case 4: return "\(noun) at \(pick(Self.hours))"
        case 5: return "\(pick(Self.names)) and the \(noun)"
        case 6: return "No \(noun) for \(pick(Self.names))"
        default: return "One \(pick(genre.adjectives)) Night in \(pick(genre.places))"
        }
    }
}
