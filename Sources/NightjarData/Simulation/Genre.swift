// The genres of the simulated films, and the words that their titles are made of.

/// A genre with its vocabulary.
struct Genre {
    let name: String
    let nouns: [String]
    let adjectives: [String]
    let places: [String]

    private init(_ name: String, _ nouns: String, _ adjectives: String, _ places: String) {
        self.name = name
        self.nouns = nouns.split(separator: " ").map(String.init)
        self.adjectives = adjectives.split(separator: " ").map(String.init)
        self.places = places.split(separator: ",").map(String.init)
    }

    /// All genres; earlier ones have more films.
    static let all = [
        Genre(
            "Drama", "Orchard Letter Kitchen Promise Sister Winter Piano Bridge Daughter Lesson",
            "Quiet Borrowed Fading Unspoken Narrow Patient Ordinary Second",
            "the Valley,Maple Street,Elsewhere,the Long Summer,Home"),
        Genre(
            "Comedy", "Wedding Uncle Landlord Parrot Neighbour Holiday Waiter Caravan Dentist",
            "Unlikely Nervous Terrible Lucky Overbooked Hopeless Cheerful Runaway",
            "Flat Nine,the Seaside,Aisle Five,the Wrong Hotel,Little Muddle"),
        Genre(
            "Thriller", "Witness Signal Alibi Passenger Cipher Ransom Shadow Verdict Informer Exit",
            "Silent Final Missing Double Burning Hidden Cold Seventh",
            "Platform Two,the Border,Sector Grey,the Eleventh Floor,Zero Hour"),
        Genre(
            "Adventure", "Compass Voyage Summit Treasure River Expedition Lantern Island Map Pilot",
            "Forgotten Golden Uncharted Daring Endless Stormy Sunken Wild",
            "the Far Coast,the Monsoon,Cape Sorrow,the Jade Pass,Nine Rivers"),
        Genre(
            "Romance", "Waltz Café Stranger Kiss Garden Violinist April Bouquet Balcony Serenade",
            "Tender Moonlit Secret Reluctant Gentle Parisian Accidental Lingering",
            "Lisbon,the Rain,Canal Street,the Last Train,Spring"),
        Genre(
            "Science Fiction",
            "Orbit Android Colony Horizon Archive Eclipse Probe Station Reactor Sleeper",
            "Distant Synthetic Stellar Frozen Infinite Hollow Quantum Lost",
            "Europa,the Ninth Moon,Deep Time,the Outer Ring,Vega"),
        Genre(
            "Crime", "Safe Detective Heist Ledger Syndicate Fence Getaway Inspector Racket",
            "Crooked Dirty Perfect Midnight Rigged Brass Honest Velvet",
            "Dock Nine,the Loop,Harbour Lane,the South Side,Cell Block D"),
        Genre(
            "Horror", "House Cellar Doll Whisper Scarecrow Mirror Chapel Fog Nursery Grave",
            "Hungry Crawling Pale Restless Rotten Unburied Howling Starless",
            "Black Hollow,the Attic,Raven Moor,the Thirteenth Room,Old Salem Road"),
        Genre(
            "Western", "Saddle Sheriff Canyon Stagecoach Drifter Mustang Outlaw Saloon Spur",
            "Dusty Lonesome Broken Crimson Weathered Rattling Stolen Sunburnt",
            "Dry Creek,Abilene,the Mesa,Widow's Gulch,the Badlands"),
        Genre(
            "War", "Regiment Trench Convoy Medal Courier Barricade Airfield Deserter Armistice",
            "Fallen Iron Muddy Brave Forsaken Grey Besieged Last",
            "the Somme Road,Hill 90,the Eastern Front,Fort Resolve,the Channel"),
    ]
}
