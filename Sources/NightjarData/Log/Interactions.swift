// The interaction log: who did what with which item, and when.

/// A log of user-item interactions, one row each, with the names that belong to the numbers.
///
/// Users and items are dense numbers from 1; 0 is kept for padding. Dense numbers follow the sorted
/// original ids (by value when all are integers, else by bytes), so they do not depend on the order
/// of rows. Rows keep the order of the source until ``sortedByTime()``.
public struct Interactions: Sendable {
    /// Short name of the data set, such as `ml-100k`.
    public let name: String
    /// User of each row, 1 … ``userCount``.
    public let users: [Int32]
    /// Item of each row, 1 … ``itemCount``.
    public let items: [Int32]
    /// Rating of each row, in the source's scale; `nil` when the source has none.
    public let ratings: [Float]?
    /// Time of each row in seconds since 1970; `nil` when the source has only an order.
    public let timestamps: [Int64]?
    /// Original ids and attributes of users; row `u` belongs to user `u + 1`.
    public let userTable: AttributeTable
    /// Original ids, titles, years, genres of items; row `i` belongs to item `i + 1`.
    public let itemTable: AttributeTable
    /// What a simulation planted in this log; `nil` for real data.
    public let planted: PlantedTruth?

    /// Number of rows.
    public var count: Int { users.count }
    /// Number of users, also of those that no row mentions any more.
    public var userCount: Int { userTable.count }
    /// Number of items, also of those that no row mentions any more.
    public var itemCount: Int { itemTable.count }

    /// Creates a log from columns of one length.
    ///
    /// - Throws: ``DataError/columnLengths(_:)`` when lengths differ, ``DataError/idOutOfRange``
    ///   when a number is not in its table.
    public init(
        name: String, users: [Int32], items: [Int32], ratings: [Float]? = nil,
        timestamps: [Int64]? = nil, userTable: AttributeTable, itemTable: AttributeTable,
        planted: PlantedTruth? = nil
    ) throws(DataError) {
        let lengths = [users.count, items.count, ratings?.count, timestamps?.count]
            .compactMap { $0 }
        guard Set(lengths).count == 1 else { throw .columnLengths(lengths) }
        for (column, limit) in [(users, userTable.count), (items, itemTable.count)] {
            if let row = column.firstIndex(where: { $0 < 1 || Int($0) > limit }) {
                throw .idOutOfRange(row: row, id: Int(column[row]), limit: limit)
            }
        }
        self.name = name
        self.users = users
        self.items = items
        self.ratings = ratings
        self.timestamps = timestamps
        self.userTable = userTable
        self.itemTable = itemTable
        self.planted = planted
    }
}
