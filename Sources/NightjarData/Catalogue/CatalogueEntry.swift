// One line of the catalogue.

extension Catalogue {
    /// A data set that is known, or here, or both.
    public struct Entry: Sendable {
        /// Name by which it is opened.
        public let name: String
        /// What is known of it; `nil` for a folder of the user's own.
        public let dataSet: DataSet?
        /// Folder in which it was found; `nil` when it is not here.
        public let location: String?

        /// Whether `fetch` can get it.
        public var isFetchable: Bool { dataSet?.archive != nil }
    }
}

extension Catalogue.Entry: CustomStringConvertible {
    /// Everything about the data set, in a few lines.
    public var description: String {
        var lines = [name]
        if let dataSet {
            let (rows, users, items) = dataSet.published
            lines = [
                "\(name): \(dataSet.summary)",
                "published size: \(rows) rows, \(users) users, \(items) items",
            ]
        }
        if let location {
            lines.append("found in \(location)")
        } else if isFetchable {
            lines.append("not here: get it with 'nightjar data fetch \(name)'")
        } else {
            lines.append("not here: bring your own copy as \(name)/ in a folder of NIGHTJAR_DATA")
        }
        if let dataSet {
            lines += ["terms: \(dataSet.licence)", "cite: \(dataSet.citation)"]
        }
        if let archive = dataSet?.archive {
            lines.append("publisher: \(archive.publisher)\(archive.file)")
        }
        return lines.joined(separator: "\n")
    }
}
