// The forms in which logs come.

/// A form of interaction log that can be read.
public enum LogFormat: String, Sendable, CaseIterable {
    /// MovieLens 100K: `u.data` with tabs, `u.item` and `u.user` with `|`.
    case movieLens100K = "ml-100k"
    /// MovieLens 1M and 10M: `ratings.dat`, `movies.dat`, `users.dat` with `::`.
    case movieLensDat = "ml-dat"
    /// MovieLens 20M and later: `ratings.csv` and `movies.csv`.
    case movieLensCSV = "ml-csv"
    /// Any table of text with one interaction a line and a known separator.
    case table
    /// One user a line, `user item item …`, in order of time.
    case sequences
    /// One `user item` pair a line, in order of time.
    case pairs
    /// RecBole's atomic files: `.inter`, `.item`, `.user` with a header of `name:type`.
    case atomic = "recbole"

    /// What the format looks like, in a few words.
    public var summary: String {
        switch self {
        case .movieLens100K: "MovieLens 100K: u.data, u.item, u.user"
        case .movieLensDat: "MovieLens 1M, 10M: ratings.dat, movies.dat, users.dat"
        case .movieLensCSV: "MovieLens 20M and later: ratings.csv, movies.csv"
        case .table: "one interaction a line, columns separated by comma, tab, ; or |"
        case .sequences: "one user a line: user item item ..."
        case .pairs: "one pair a line: user item"
        case .atomic: "RecBole atomic files: NAME.inter, NAME.item, NAME.user"
        }
    }
}
