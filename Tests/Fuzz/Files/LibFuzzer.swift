// The way in for libFuzzer, which finds its way by the code that each file reaches.

#if LIBFUZZER
    import Foundation

    /// The reader that NIGHTJAR_FUZZ_READER names, and where it reads.
    private let subject: (reader: FileReader, world: FileWorld, path: String)? = {
        let name = ProcessInfo.processInfo.environment["NIGHTJAR_FUZZ_READER"]
        let folder = Scratch.folder
        guard let reader = FileReader.all.first(where: { $0.name == name }),
            (try? FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)) != nil,
            let world = try? FileWorld(folder), (try? reader.seeds(world)) != nil
        else { return nil }
        atexit { try? FileManager.default.removeItem(at: Scratch.folder) }
        return (reader, world, folder.appending(path: reader.file).path)
    }()

    /// Reads one file that libFuzzer made.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func readOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        guard let subject else { fatalError("NIGHTJAR_FUZZ_READER names no reader") }
        let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
        do {
            try data.write(to: URL(filePath: subject.path))
            try subject.reader.read(subject.path, subject.world)
        } catch is FileWorld.Mistake {
            fatalError("a reader made a mistake")
        } catch {}
        return 0
    }
#endif
