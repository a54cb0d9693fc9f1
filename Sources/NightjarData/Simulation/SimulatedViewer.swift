// One viewer of a simulation: a taste that drifts, evenings of several films, and slips.

import NightjarRuntime

/// One thing that a viewer did.
struct SimulatedEvent {
    /// Film from 0.
    var film: Int
    /// Seconds since 1970.
    var time: Int64
    /// 1 … 5 stars.
    var rating: Float
    /// Whether the click was a slip.
    var isMisclick = false
    /// Genres that the viewer wanted at that moment, as bits.
    var wanted: UInt32 = 0
}

/// A viewer who watches films until a number of rows is reached, never one twice.
struct SimulatedViewer {
    private let catalogue: SimulatedCatalogue
    private var stream: RandomStream
    private var seen: [Bool]
    /// The two favourite genres; the first counts more.
    private var favourites: [Int]
    /// The genre of the evening.
    private var mood = 0
    /// The last film that was chosen on purpose.
    private var last: Int?
    private var time: Int64

    /// 2001-01-01; viewers arrive over 600 days.
    private static let opening: Int64 = 978_307_200
    /// How long the front page promotes one film before the next.
    private static let campaign: Int64 = 90 * 86_400

    init(_ catalogue: SimulatedCatalogue, _ stream: RandomStream) {
        var stream = stream
        self.catalogue = catalogue
        seen = Array(repeating: false, count: catalogue.films.count)
        favourites = Array(stream.permutation(Genre.all.count).prefix(2))
        time = Self.opening + Int64(stream.below(600 * 86_400))
        self.stream = stream
    }

    /// What a viewer with a taste does in `count` clicks.
    mutating func watch(_ count: Int, misclickRate: Double) -> [SimulatedEvent] {
        var events: [SimulatedEvent] = []
        var leftTonight = 0
        while events.count < count {
            if leftTonight == 0 {
                leftTonight = 3 + stream.below(7)
                startEvening()
            }
            leftTonight -= 1
            time += Int64(60 + stream.below(540))
            let slip = stream.bernoulli(misclickRate) ? misclick(after: events.last?.film) : nil
            let film = slip ?? chooseFilm()
            seen[film] = true
            // A slip is forgotten: the next choice follows the last film that was wanted.
            if slip == nil { last = film }
            events.append(
                SimulatedEvent(
                    film: film, time: time, rating: rating(of: film), isMisclick: slip != nil,
                    wanted: wantedGenres))
        }
        return events
    }

    /// What somebody without any taste does in `count` clicks.
    mutating func clickAtRandom(_ count: Int) -> [SimulatedEvent] {
        var events: [SimulatedEvent] = []
        for film in stream.permutation(seen.count).prefix(count) {
            time += Int64(60 + stream.below(86_400))
            events.append(
                SimulatedEvent(film: film, time: time, rating: Float(1 + stream.below(5))))
        }
        return events
    }

    /// Some days later: taste may have drifted, and a genre for the evening is chosen.
    private mutating func startEvening() {
        time += Int64((1 + stream.below(14)) * 86_400 + stream.below(14_400))
        if stream.bernoulli(0.1) {
            favourites = [favourites[1], stream.below(Genre.all.count)]
        }
        mood = favouriteGenre()
        last = nil
    }

    private mutating func favouriteGenre() -> Int {
        let level = stream.uniform()
        if level < 0.1 { return stream.below(Genre.all.count) }
        return level < 0.7 ? favourites[0] : favourites[1]
    }

    private var wantedGenres: UInt32 {
        (favourites + [mood]).reduce(0) { $0 | 1 << UInt32($1) }
    }

    /// Mostly what goes with the last film, else something for tonight's mood or the usual taste.
    private mutating func chooseFilm() -> Int {
        if let last, stream.bernoulli(0.7), let next = successor(of: last) { return next }
        let genre = stream.bernoulli(0.8) ? mood : favouriteGenre()
        let shelf = catalogue.shelves[genre]
        for _ in 0..<30 where !shelf.films.isEmpty {
            let film = shelf.films[shelf.choice.draw(&stream)]
            if !seen[film] { return film }
        }
        while true {  // ends: nobody sees more than half of all films
            let film = catalogue.overall.draw(&stream)
            if !seen[film] { return film }
        }
    }

    private mutating func successor(of film: Int) -> Int? {
        let open = catalogue.films[film].successors.filter { !seen[$0.film] }
        guard !open.isEmpty else { return nil }
        return open[WeightedChoice(open.map(\.weight)).draw(&stream)].film
    }

    /// The film on the front page, newest first, that fits neither taste nor mood and follows from
    /// nothing; `nil` if all would fit.
    private func misclick(after shown: Int?) -> Int? {
        let likely = [shown, last].compactMap { $0 }
            .flatMap { catalogue.films[$0].successors.map(\.film) }
        let wanted = wantedGenres
        let films = catalogue.promotions
        let newest = Int((time - Self.opening) / Self.campaign)
        for age in films.indices {
            // Before the opening the order began from its end.
            let film = films[((newest - age) % films.count + films.count) % films.count]
            if !seen[film], catalogue.films[film].genreBits & wanted == 0, !likely.contains(film) {
                return film
            }
        }
        return nil
    }

    /// Stars: the film's quality, whether it fits, and a noise with variance 1/4 that never
    /// gives a slip away for certain.
    private mutating func rating(of film: Int) -> Float {
        let fits = catalogue.films[film].genreBits & wantedGenres != 0
        let noise = stream.uniform() + stream.uniform() + stream.uniform() - 1.5
        let stars = (fits ? 3.8 : 2.6) + catalogue.films[film].quality + noise
        return Float(min(5, max(1, stars.rounded())))
    }
}
