// The readers of files, each with whole files to damage.

import Foundation
import NightjarData
import NightjarREPL
import NightjarTensor
import NightjarTraining

/// One way in for files that somebody else may have written.
struct FileReader: Sendable {
    /// What it is called on the command line.
    let name: String
    /// The name of the file that is damaged, below the folder of the run.
    let file: String
    /// Texts that mean something to the reader.
    let tokens: [String]
    /// Makes whole files in a folder, and gives their bytes.
    let seeds: @Sendable (FileWorld) throws -> [[UInt8]]
    /// Reads the file at a path to the end; throws when it refuses.
    let read: @Sendable (String, FileWorld) throws -> Void
    /// Whether every whole file is one that it reads.
    var hasStrictSeeds = true
    /// Where the length of the header stands.
    var header: Mutator.HeaderLength?

    /// Every reader.
    static let all = logs + [anyLog] + sideFiles + tensors + texts + archives

    // MARK: Interaction logs

    private static let logs: [FileReader] = [
        log(
            .movieLens100K, "u.data",
            "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n"),
        log(
            .movieLensDat, "ratings.dat",
            "1::1193::5::978300760\n1::661::3.5::978302109\n2::1::4::978301968\n"),
        log(
            .movieLensCSV, "ratings.csv",
            "userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n2,9,4.0,5\r\n"),
        log(
            .table, "table.csv", "user,item,stars\n\"a \"\"x\"\"\",\"b,c\",1e1\nz,é,-0.25\n",
            "1\t2\t3\n4\t5\t6.125\n", "user;item;time\n1;2;10\n2;3;20\n"),
        log(.sequences, "user_sequences.txt", "1 5 6 7\n2 7 5\n3 100000 1\n"),
        log(.pairs, "pairs.txt", "1 5\n1 6\n2 7\n"),
        log(
            .atomic, "small.inter",
            "user_id:token\titem_id:token\ttags:token_seq\trating:float\nu\ti\ta b\t1.5\n"),
    ]

    /// A log whose form has to be recognised.
    private static let anyLog = FileReader(
        name: "log-any", file: "any.txt", tokens: separators,
        seeds: { world in try logs.flatMap { try $0.seeds(world) } },
        read: { path, _ in _ = try Interactions.read(path) }, hasStrictSeeds: false)

    private static let separators = [
        "\n", "\r\n", "\t", ",", "::", "|", ";", "\"", "\"\"", "'", "\u{FEFF}", ":token", ":float",
        "userId", "item_id", "timestamp", "é", "\0", " ",
    ]

    private static func log(_ format: LogFormat, _ file: String, _ texts: String...) -> FileReader {
        FileReader(
            name: "log-\(format.rawValue)", file: file, tokens: separators,
            seeds: { _ in texts.map { Array($0.utf8) } },
            read: { path, _ in
                let log = try Interactions.read(path, ReadingOptions(format: format))
                _ = try log.whole().windows(length: 3)
            })
    }

    /// The nineteen flags at the end of a line of `u.item`.
    private static let genres = String(repeating: "|0", count: 18) + "|1"

    /// What stands beside a log: names and attributes of items and users.
    private static let sideFiles: [FileReader] = [
        side(
            "items-ml-100k", of: ("u.data", "1\t1\t3\t881250949\n2\t2\t3\t891717742\n"), "u.item",
            "1|Toy Story (1995)|01-Jan-1995||http://x\(genres)\n2|Heat (1995)|||\(genres)\n"),
        side(
            "users-ml-100k", of: ("u.data", "1\t1\t3\t881250949\n2\t2\t3\t891717742\n"), "u.user",
            "1|24|M|technician|85711\n2|53|F|other|94043\n"),
        side(
            "items-ml-dat", of: ("ratings.dat", "1::1193::5::978300760\n2::661::3::978302109\n"),
            "movies.dat", "1193::One Flew (1975)::Drama\n661::James (1996)::Musical|Comedy\n"),
        side(
            "users-ml-dat", of: ("ratings.dat", "1::1193::5::978300760\n2::661::3::978302109\n"),
            "users.dat", "1::F::1::10::48067\n2::M::56::16::70072\n"),
        side(
            "items-ml-csv", of: ("ratings.csv", "userId,movieId,rating,timestamp\n1,31,2.5,1\n"),
            "movies.csv", "movieId,title,genres\n31,\"Sure, \"\"yes\"\" (1995)\",Drama|War\n"),
        side(
            "items-recbole", of: ("small.inter", "user_id:token\titem_id:token\nu\ti\n"),
            "small.item", "item_id:token\ttitle:token_seq\tyear:float\ni\ta b\t1999\n"),
    ]

    private static func side(
        _ name: String, of rows: (file: String, text: String), _ file: String, _ text: String
    ) -> FileReader {
        FileReader(
            name: name, file: file, tokens: separators,
            seeds: { world in
                try Data(rows.text.utf8).write(to: world.folder.appending(path: rows.file))
                return [Array(text.utf8)]
            },
            read: { path, world in
                let log = try Interactions.read(world.folder.appending(path: rows.file).path)
                guard log.count > 0 else { throw FileWorld.Mistake("rows are gone") }
            })
    }

    // MARK: Tensors

    private static let headerWords = [
        "{", "}", "[", "]", "\"", ":", ",", "shape", "dtype", "data_offsets", "F32", "F16", "BF16",
        "I64", "BOOL", "__metadata__", "descr", "fortran_order", "True", "<f4", ">f8", "|b1", "<i8",
        "\\u0000", "\\ud800", "null", "true", "1e9", "\u{1}NUMPY",
    ]

    private static let tensors: [FileReader] = [
        FileReader(
            name: "npy", file: "x.npy", tokens: headerWords,
            seeds: { world in
                try world.saved(
                    "x.npy", "nj.tensor{ { 1, 2, 3 }, { 4, 5, 6 } }", "nj.tensor{}", "{ 7 }",
                    options: ["{}", "{ type = 'int64' }"])
            },
            read: { path, _ in
                let file = try NpyFile(path: path)
                _ = try file.bytes()
                _ = try file.tensor()
            }, header: .init(offset: 8, size: 2)),
        FileReader(
            name: "safetensors", file: "x.safetensors", tokens: headerWords,
            seeds: { world in
                try world.saved(
                    "x.safetensors", "{ a = { 1, 2, 3 }, ['b/c'] = nj.tensor{ { 4 }, { 5 } } }",
                    "{ a = nj.tensor{} }", options: ["{}", "{ metadata = { k = 'v' } }"])
            },
            read: { path, _ in
                let file = try SafetensorsFile(path: path)
                for entry in file.entries {
                    _ = try file.bytes(entry.name)
                    _ = try file.tensor(entry.name)
                }
            }, header: .init(offset: 0, size: 8)),
        FileReader(
            name: "checkpoint", file: "x.safetensors",
            tokens: headerWords + ["nightjar", "nightjar.sha256", "model/", "optimiser/", "best/"],
            seeds: { try $0.checkpoints() },
            read: { path, _ in
                let checkpoint = try Checkpoint(path: path)
                for name in checkpoint.tensorNames { _ = try checkpoint.tensor(name) }
                let model = try checkpoint.model()
                try checkpoint.restore(model)
            }, header: .init(offset: 0, size: 8)),
        FileReader(
            name: "session", file: "x.safetensors",
            tokens: headerWords + [
                "nightjar.session", "table", "sameTable", "tensor", "model", "_0",
            ],
            seeds: { try $0.savedSessions() },
            read: { path, world in try world.restoreSession(path) },
            header: .init(offset: 0, size: 8)),
    ]

    // MARK: Texts

    private static let texts: [FileReader] = [
        FileReader(
            name: "json", file: "x.json",
            tokens: ["{", "}", "[", "]", ",", ":", "null", "true", "\"\\ud800\"", "[[[[[[[["],
            seeds: { _ in
                [
                    #"{ "a": [1, 2.5, -3e2], "b": { "c": null, "d": true, "é": "\u00e9\n" } }"#,
                    #"[]"#, #""text""#, "12345678901234567890",
                ].map { Array($0.utf8) }
            },
            read: { path, world in try world.run("return #tostring(nj.read_json(...))", path) }),
        FileReader(
            name: "lua", file: "x.lua",
            tokens: [
                "function", "end", "[==[", "]==]", "--[[", "goto", "<close>", "\u{1B}Lua", "#!",
            ],
            seeds: { _ in
                [
                    "#!/usr/bin/env nightjar\nlocal x <const> = 0x1p4 -- n\nreturn { [1] = x, y = 'z' }",
                    "for i = 1, 3 do goto continue; ::continue:: end\nreturn [==[ long ]==] .. \"\\u{7F}\"",
                    "-- 1\nlocal t = setmetatable({}, {})\n-- 2\nreturn function(...) return ... end",
                ].map { Array($0.utf8) }
            },
            read: { path, world in _ = try world.session.state.load(file: path) }),
        FileReader(
            name: "history", file: "history", tokens: ["\\n", "\\\\", "\n", "\\"],
            seeds: { _ in
                [Array("log = 1\nfor i = 1, 2 do\\n  print(i)\\nend\nprint(\"\\\\n\")\n".utf8)]
            },
            read: { path, _ in _ = HistoryFile(path: path).load() }),
    ]

    // MARK: Archives

    private static let archives: [FileReader] = [TestArchive.Kind.zip, .tarGzip, .tar].map { kind in
        FileReader(
            name: "archive-\(kind)", file: "x.\(kind)",
            tokens: ["../", "/", "PK\u{1}\u{2}", "ustar"],
            seeds: { try [TestArchive.bytes(kind, in: $0.folder)] },
            read: { path, world in try world.unpack(path) })
    }
}
