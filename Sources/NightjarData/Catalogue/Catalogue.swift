// Data sets by name: which are known, which are here, and where.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// The folders in which data sets are looked up, and the known sets that can be fetched.
public struct Catalogue: Sendable {
    /// Folders that are searched, in this order.
    public let folders: [String]
    /// The user's own data folder, where downloads go and which is searched last.
    public let userFolder: String?
    /// An address used in place of every publisher's, such as a mirror in a teaching lab.
    public let mirror: String?

    /// Creates a catalogue of these folders; `userFolder` is searched behind them.
    public init(folders: [String], userFolder: String? = nil, mirror: String? = nil) {
        self.folders = folders
        self.userFolder = userFolder
        self.mirror = mirror
    }

    /// The catalogue that the environment names.
    ///
    /// `NIGHTJAR_DATA` holds folders separated by `:`. The user's folder is `nightjar` in
    /// `XDG_DATA_HOME`, which is `~/.local/share` unless set. `NIGHTJAR_MIRROR` is an address that
    /// replaces the publishers'.
    public static func ofEnvironment() -> Catalogue {
        let home = variable("HOME").map { Paths.join($0, ".local/share") }
        let share = variable("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        let folders = variable("NIGHTJAR_DATA")?.split(separator: ":").map { String($0) } ?? []
        return Catalogue(
            folders: folders, userFolder: share.map { Paths.join($0, "nightjar") },
            mirror: variable("NIGHTJAR_MIRROR"))
    }

    /// Opens a data set by name, or a folder or file by path.
    ///
    /// What contains a `/` is a path. Anything else is looked up in ``folders``, then in
    /// ``userFolder``, then taken as a path in the current folder.
    ///
    /// - Throws: ``DataError/unknownDataSet(name:searched:hint:)``, and what
    ///   ``Interactions/read(_:_:)`` throws.
    public func open(
        _ nameOrPath: String, _ options: ReadingOptions = ReadingOptions()
    ) throws -> Interactions {
        var options = options
        if nameOrPath.contains("/") {
            return try Interactions.read(Self.expanded(nameOrPath), options)
        }
        let location = location(of: nameOrPath)
        if location != nil { options.name = options.name ?? nameOrPath }
        let isHere = Paths.kind(of: nameOrPath) != nil
        guard let path = location ?? (isHere ? nameOrPath : nil) else {
            throw DataError.unknownDataSet(
                name: nameOrPath, searched: searched, hint: hint(for: nameOrPath))
        }
        return try Interactions.read(path, options)
    }

    /// Folder in which the data set called `name` is found, or `nil` when it is not here.
    public func location(of name: String) -> String? {
        guard !name.isEmpty, name != ".", name != ".." else { return nil }
        let names = DataSet.named(name)?.folderNames ?? [name]
        for folder in searched {
            for path in names.map({ Paths.join(folder, $0) }) where Paths.kind(of: path) == .folder
            {
                return path
            }
        }
        return nil
    }

    /// Every known data set, and every other one that is in a searched folder.
    public func list() -> [Entry] {
        let known = DataSet.known.map {
            Entry(name: $0.name, dataSet: $0, location: location(of: $0.name))
        }
        let taken = Set(DataSet.known.flatMap(\.folderNames))
        var found: [String: String] = [:]
        for folder in searched {
            for name in Paths.names(in: folder) where !taken.contains(name) && found[name] == nil {
                let path = Paths.join(folder, name)
                if Paths.kind(of: path) == .folder, FormatRecognition.holdsLog(path) {
                    found[name] = path
                }
            }
        }
        let others = found.sorted { $0.key < $1.key }
            .map { Entry(name: $0.key, dataSet: nil, location: $0.value) }
        return known + others
    }

    /// What is known of the data set called `name`.
    ///
    /// - Throws: ``DataError/unknownDataSet(name:searched:hint:)``.
    public func info(_ name: String) throws(DataError) -> Entry {
        let location = location(of: name)
        let dataSet = DataSet.named(name)
        guard location != nil || dataSet != nil else {
            throw .unknownDataSet(name: name, searched: searched, hint: hint(for: name))
        }
        return Entry(name: name, dataSet: dataSet, location: location)
    }

    /// What to do about a name that was not found.
    func hint(for name: String) -> String {
        if let dataSet = DataSet.named(name) {
            let source =
                dataSet.archive == nil
                ? "It is not published for download: bring your own copy"
                : "Get it with 'nightjar data fetch \(name)'"
            return source + ", or set NIGHTJAR_DATA to the folder that holds \(name)/."
        }
        let names = list().map(\.name)
        if let near = Suggestion.nearest(to: name, in: names) { return "Did you mean '\(near)'?" }
        return "Give a path with a '/', or a name that 'nightjar data list' shows."
    }

    private var searched: [String] { folders + (userFolder.map { [$0] } ?? []) }

    /// A path with the user's home in place of a leading `~`.
    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = variable("HOME") else { return path }
        return Paths.join(home, String(path.dropFirst(2)))
    }

    /// An environment variable that is set to something.
    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
