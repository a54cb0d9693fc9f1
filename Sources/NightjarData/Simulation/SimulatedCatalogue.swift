// The films of a simulation: what they are about, how popular they are, what follows what.

import NightjarRuntime

/// One simulated film; items are numbered from 0 here, from 1 in the log.
struct SimulatedFilm {
    var title: String
    var year: Int
    /// Places in ``Genre/all``; the first is the main one.
    var genres: [Int]
    /// Zipf weight: 1 / (popularity rank + 4).
    var popularity = 0.0
    /// How far ratings of this film lie above or below others, in stars.
    var quality: Double
    /// What viewers tend to watch next, and how often: the sequel if there is one, then companions.
    var successors: [(film: Int, weight: Double)] = []

    /// The genres as bits.
    var genreBits: UInt32 { genres.reduce(0) { $0 | 1 << UInt32($1) } }
}

/// The films of a simulation.
struct SimulatedCatalogue {
    private(set) var films: [SimulatedFilm] = []
    /// Films of each genre, and a draw among them by popularity.
    private(set) var shelves: [(films: [Int], choice: WeightedChoice)] = []
    /// A draw among all films by popularity.
    private(set) var overall = WeightedChoice([])
    /// Films in the order in which the front page promotes them, over and over.
    private(set) var promotions: [Int] = []

    init(count: Int, _ stream: RandomStream) throws(Interrupted) {
        var stream = stream
        try makeFilms(count, &stream)
        rankFilms(&stream)
        for genre in Genre.all.indices {
            try Interruption.check()
            let shelf = films.indices.filter { films[$0].genres.contains(genre) }
            shelves.append((shelf, WeightedChoice(shelf.map { films[$0].popularity })))
        }
        overall = WeightedChoice(films.map(\.popularity))
        try linkCompanions(&stream)
        var campaigns = stream.split("promotions")
        promotions = campaigns.permutation(count)
    }

    /// Films come as series of one to four parts; the numbers of a series are scattered.
    private mutating func makeFilms(
        _ count: Int, _ stream: inout RandomStream
    ) throws(Interrupted) {
        var titles = FilmTitles(stream.split("titles"))
        let genreChoice = WeightedChoice(Genre.all.indices.map { 1 / Double($0 + 4) })
        let partsChoice = WeightedChoice([0.7, 0.15, 0.1, 0.05])
        var made: [SimulatedFilm] = []
        var sequels: [Int: Int] = [:]
        while made.count < count {
            try Interruption.check()
            let main = genreChoice.draw(&stream)
            let other = stream.bernoulli(0.4) ? genreChoice.draw(&stream) : main
            let title = titles.next(in: Genre.all[main])
            var year = 1950 + stream.below(40)
            let parts = min(partsChoice.draw(&stream) + 1, count - made.count)
            for part in 1...parts {
                if part > 1 { sequels[made.count - 1] = made.count }
                made.append(
                    SimulatedFilm(
                        title: part == 1 ? title : titles.sequel(of: title, part: part), year: year,
                        genres: other == main ? [main] : [main, other],
                        quality: stream.uniform() * 1.4 - 0.7))
                year += 1 + stream.below(3)
            }
        }
        let numbers = stream.permutation(count)
        films = made
        for (old, new) in numbers.enumerated() { films[new] = made[old] }
        for (old, next) in sequels { films[numbers[old]].successors = [(numbers[next], 1)] }
    }

    private mutating func rankFilms(_ stream: inout RandomStream) {
        for (rank, film) in stream.permutation(films.count).enumerated() {
            films[film].popularity = 1 / Double(rank + 4)
        }
    }

    /// Gives each film up to three companions on its shelf, whatever their popularity.
    private mutating func linkCompanions(_ stream: inout RandomStream) throws(Interrupted) {
        for film in films.indices {
            try Interruption.check()
            let shelf = shelves[films[film].genres[0]].films
            for weight in [0.5, 0.3, 0.2] {
                let companion = shelf[stream.below(shelf.count)]
                let known = films[film].successors.contains { $0.film == companion }
                if companion != film, !known { films[film].successors.append((companion, weight)) }
            }
        }
    }

    /// The table of items as a log carries it.
    func table() throws -> AttributeTable {
        func column(_ text: (SimulatedFilm) -> String) throws(Interrupted) -> [String] {
            try films.map { film throws(Interrupted) in
                try Interruption.check()
                return text(film)
            }
        }
        return try AttributeTable(
            ids: films.indices.map { "\($0 + 1)" },
            columns: [
                "title": column { "\($0.title) (\($0.year))" },
                "year": column { "\($0.year)" },
                "genres": column { $0.genres.map { Genre.all[$0].name }.joined(separator: "|") },
            ])
    }
}
