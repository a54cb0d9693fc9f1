// The one way in for logs on disk.

extension Interactions {
    /// Reads the log at `path`: a folder of a known layout, or a file.
    ///
    /// - Throws: `FileError` from the system, ``DataError`` for what is wrong with the content,
    ///   `Interrupted`.
    /// - Complexity: O(bytes), on all cores.
    public static func read(
        _ path: String, _ options: ReadingOptions = ReadingOptions()
    ) throws -> Interactions {
        try read(FormatRecognition.source(at: path, options), options)
    }

    /// Reads a log whose format is known.
    static func read(_ source: LogSource, _ options: ReadingOptions) throws -> Interactions {
        switch source.format {
        case .movieLens100K: try MovieLensReader.read100K(source)
        case .movieLensDat: try MovieLensReader.readDat(source)
        case .movieLensCSV: try MovieLensReader.readCSV(source, options)
        case .table: try TableReader.read(source, options)
        case .sequences: try SequenceReader.readSequences(source)
        case .pairs: try SequenceReader.readPairs(source)
        case .atomic: try AtomicReader.read(source, options)
        }
    }
}
