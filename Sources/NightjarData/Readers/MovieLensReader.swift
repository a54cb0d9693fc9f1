// MovieLens sets as GroupLens publishes them.

/// Reads the three file layouts of MovieLens sets.
enum MovieLensReader {
    /// MovieLens 100K: `u.data` (or a split such as `ua.base`), `u.item`, `u.user`.
    static func read100K(_ source: LogSource) throws -> Interactions {
        let file = try source.rowsFile()
        let schema = RowSchema(dialect: .tabs, fields: [.user, .item, .rating, .timestamp])
        let columns = try RowParser.columns(of: file, schema)
        let items = try source.sideFile("u.item").map { file in
            try SideTable.read(
                file, .pipes, columns: ["title", "year", "genres"],
                fieldCount: 5 + genres100K.count
            ) { fields in
                let year = ReleaseYear.inTitle(fields[1])
                let flags = zip(genres100K, fields[5...])
                return [
                    fields[1], year.isEmpty ? ReleaseYear.inDate(fields[2]) : year,
                    flags.filter { $0.1 == "1" }.map(\.0).joined(separator: "|"),
                ]
            }
        }
        let users = try source.sideFile("u.user").map { file in
            try SideTable.read(
                file, .pipes, columns: ["age", "gender", "occupation", "zip"], fieldCount: 5
            ) { Array($0.dropFirst()) }
        }
        return try source.log(of: columns, in: file, users: users, items: items)
    }

    /// MovieLens 1M and 10M: `ratings.dat`, `movies.dat`, `users.dat`.
    static func readDat(_ source: LogSource) throws -> Interactions {
        let file = try source.rowsFile()
        let schema = RowSchema(
            dialect: .doubleColons, fields: [.user, .item, .rating, .timestamp])
        return try source.log(
            of: RowParser.columns(of: file, schema), in: file, users: usersDat(beside: source),
            items: moviesDat(beside: source))
    }

    /// MovieLens 20M and later: `ratings.csv`, `movies.csv`.
    static func readCSV(_ source: LogSource, _ options: ReadingOptions) throws -> Interactions {
        let file = try source.rowsFile()
        var schema = try TableReader.schema(of: file, options)
        (schema.userIds, schema.itemIds) = (.integers, .integers)
        let columns = try RowParser.columns(of: file, schema)
        let items = try source.sideFile("movies.csv").map { file in
            try SideTable.read(
                file, .commas, columns: ["title", "genres"], fieldCount: 3, headerLines: 1
            ) { [$0[1], $0[2] == "(no genres listed)" ? "" : $0[2]] }
        }
        return try source.log(of: columns, in: file, items: items)
    }

    /// Titles and genres of `movies.dat`.
    static func moviesDat(beside source: LogSource) throws -> SideTable? {
        try source.sideFile("movies.dat").map { file in
            try SideTable.read(
                file, .doubleColons, columns: ["title", "genres"], fieldCount: 3
            ) { [$0[1], $0[2] == "(no genres listed)" ? "" : $0[2]] }
        }
    }

    /// The columns of `users.dat`, with the publisher's codes.
    static func usersDat(beside source: LogSource) throws -> SideTable? {
        try source.sideFile("users.dat").map { file in
            try SideTable.read(
                file, .doubleColons, columns: ["gender", "age", "occupation", "zip"], fieldCount: 5
            ) { Array($0.dropFirst()) }
        }
    }

    /// The genre that each flag of `u.item` stands for, in the publisher's order.
    private static let genres100K = [
        "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime",
        "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance",
        "Sci-Fi", "Thriller", "War", "Western",
    ]
}
