// The columns of a log before ids are dense.

/// Original ids of one column, row by row: numbers, or where their texts lie in the file.
struct IdColumn: Sendable {
    var numbers: [Int32] = []
    var texts: [FieldRange] = []
}

/// The columns of a log as its file spells them; a column that the file lacks is empty.
struct RowColumns: Sendable {
    var users = IdColumn()
    var items = IdColumn()
    var ratings: [Float] = []
    var timestamps: [Int64] = []

    mutating func reserve(_ rows: Int, for schema: RowSchema) {
        for (column, spelling) in [
            (\Self.users, schema.userIds), (\Self.items, schema.itemIds),
        ] {
            if spelling == .texts {
                self[keyPath: column].texts.reserveCapacity(rows)
            } else {
                self[keyPath: column].numbers.reserveCapacity(rows)
            }
        }
        if schema.hasRatings { ratings.reserveCapacity(rows) }
        if schema.hasTimestamps { timestamps.reserveCapacity(rows) }
    }

    mutating func append(_ other: RowColumns) {
        users.numbers += other.users.numbers
        users.texts += other.users.texts
        items.numbers += other.items.numbers
        items.texts += other.items.texts
        ratings += other.ratings
        timestamps += other.timestamps
    }
}
