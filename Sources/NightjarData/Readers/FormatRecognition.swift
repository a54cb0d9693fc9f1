// Which format a path holds, by the names of files first and by their content second.

/// Recognises logs on disk.
enum FormatRecognition {
    /// The log at `path`, which is a folder or a file.
    ///
    /// - Throws: ``DataError/unrecognised(path:reason:)``, ``DataError/notAFile(_:)``, and what
    ///   reading the first lines throws.
    static func source(at path: String, _ options: ReadingOptions) throws -> LogSource {
        guard Paths.kind(of: path) == .folder else {
            if let format = options.format ?? format(ofName: path) {
                let name = options.name ?? name(ofFile: path, format)
                return LogSource(format: format, rowsPath: path, name: name)
            }
            let file = try SourceFile(path)
            return LogSource(
                format: format(ofContent: file), rowsPath: path,
                name: options.name ?? Paths.stem(of: path), content: file)
        }
        let formats = options.format.map { [$0] } ?? LogFormat.allCases
        for format in formats {
            if let file = try rowsFile(of: format, in: path) {
                return LogSource(
                    format: format, rowsPath: file, name: options.name ?? Paths.lastName(of: path))
            }
        }
        var looked: [String] = []
        for name in formats.compactMap({ rowsName(of: $0, in: path) }) where !looked.contains(name)
        {
            looked.append(name)
        }
        throw DataError.unrecognised(
            path: path,
            reason: looked.isEmpty
                ? "is a folder: give the path of a file in it"
                : "has none of the files \(looked.joined(separator: ", ")); name a file in it, if"
                    + " another holds the log")
    }

    /// Whether a folder holds a log whose format its file names tell.
    static func holdsLog(_ folder: String) -> Bool {
        LogFormat.allCases.contains { ((try? rowsFile(of: $0, in: folder)) ?? nil) != nil }
    }

    /// What the file with the rows is called in a folder of this format.
    private static func rowsName(of format: LogFormat, in folder: String) -> String? {
        switch format {
        case .movieLens100K: "u.data"
        case .movieLensDat: "ratings.dat"
        case .movieLensCSV: "ratings.csv"
        case .sequences: "user_sequences.txt"
        case .atomic: "\(Paths.lastName(of: folder)).inter"
        case .table: "ratings.csv"
        case .pairs: nil
        }
    }

    private static func rowsFile(of format: LogFormat, in folder: String) throws -> String? {
        guard let name = rowsName(of: format, in: folder) else { return nil }
        let path = Paths.join(folder, name)
        if Paths.kind(of: path) == .file {
            // Without films beside it, a file of that name may come from anywhere.
            let needsFilms = format == .movieLensCSV
            let films = Paths.join(folder, "movies.csv")
            return needsFilms && Paths.kind(of: films) != .file ? nil : path
        }
        guard format == .atomic else { return nil }
        let files = Paths.names(in: folder).filter { $0.hasSuffix(".inter") }
        guard files.count < 2 else {
            throw DataError.unrecognised(
                path: folder,
                reason: "holds several logs (\(files.joined(separator: ", "))); give the path of"
                    + " one of them")
        }
        return files.first.map { Paths.join(folder, $0) }
    }

    /// The format of a file, if its name and what stands beside it tell.
    private static func format(ofName path: String) -> LogFormat? {
        let name = Paths.lastName(of: path)
        let isBesideItems = Paths.kind(of: Paths.join(Paths.folder(of: path), "u.item")) == .file
        let ending = name.split(separator: ".").last ?? ""
        if name == "u.data" || isBesideItems && ["base", "test"].contains(ending) {
            return .movieLens100K
        }
        if name.hasSuffix(".inter") { return .atomic }
        if name == "ratings.dat" { return .movieLensDat }
        let folder = Paths.folder(of: path)
        if name == "ratings.csv", (try? rowsFile(of: .movieLensCSV, in: folder)) != nil {
            return .movieLensCSV
        }
        return nil
    }

    /// The format of a file with any name: sequences and pairs are integers between single spaces,
    /// pairs if the first hundred lines have two each; all else is a table.
    private static func format(ofContent file: SourceFile) -> LogFormat {
        let lines = file.lineOffsets(limit: 100).map { file.fields(at: $0, .spaces) ?? [] }
        let isIntegers = lines.allSatisfy { fields in
            fields.count > 1 && fields.allSatisfy { Int32($0) != nil || $0.isEmpty }
        }
        guard isIntegers else { return .table }
        return lines.allSatisfy { $0.count == 2 } ? .pairs : .sequences
    }

    /// A name for a file: its folder's when the folder is the data set, else its own.
    private static func name(ofFile path: String, _ format: LogFormat) -> String {
        let folder = Paths.lastName(of: Paths.folder(of: path))
        let isWholeSet = rowsName(of: format, in: folder) == Paths.lastName(of: path)
        return isWholeSet && folder != "." && folder != "/" ? folder : Paths.stem(of: path)
    }
}
