// Which files make up a log, and the last step that all readers share.

/// A log on disk: its format, the file with the rows, and the folder with what stands beside.
struct LogSource: Sendable {
    let format: LogFormat
    /// File with the interactions.
    let rowsPath: String
    /// Name that the log gets.
    let name: String
    /// The file at ``rowsPath``, where recognising the format has read it.
    var content: SourceFile?

    /// The file with the interactions.
    func rowsFile() throws -> SourceFile { try content ?? SourceFile(rowsPath) }

    /// A file with this name beside the rows, if there is one.
    func sideFile(_ name: String) throws -> SourceFile? {
        let path = Paths.join(Paths.folder(of: rowsPath), name)
        return Paths.kind(of: path) == .file ? try SourceFile(path) : nil
    }

    /// The log of parsed rows with the attributes that are known.
    func log(
        of rows: consuming RowColumns, in file: SourceFile, users: SideTable? = nil,
        items: SideTable? = nil
    ) throws -> Interactions {
        let (userIds, itemIds) = try DenseIds.both(rows.users, rows.items, of: file)
        let none = SideTable(columns: [])
        return try Interactions(
            name: name, users: userIds.numbers, items: itemIds.numbers,
            ratings: rows.ratings.isEmpty ? nil : rows.ratings,
            timestamps: rows.timestamps.isEmpty ? nil : rows.timestamps,
            userTable: (users ?? none).joined(to: userIds.originals),
            itemTable: (items ?? none).joined(to: itemIds.originals))
    }
}
