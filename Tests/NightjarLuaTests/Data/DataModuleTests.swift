import Foundation
import Testing

@Suite("nj.data")
struct DataModuleTests {
    /// A folder with one data set of the user's own, which goes with the test.
    private final class Folder {
        let path = NSTemporaryDirectory() + "nightjar-lua-\(UUID().uuidString)"

        init() throws {
            let plays = path + "/plays"
            try FileManager.default.createDirectory(
                atPath: plays, withIntermediateDirectories: true)
            try "listener,track,at\nann,a,3000\nbob,b,2000\nann,b,1000\n".write(
                toFile: plays + "/plays.csv", atomically: true, encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("opens a table with the columns that the script names")
    func openTable() throws {
        let folder = try Folder()
        let script = try Script()
        let path = folder.path + "/plays/plays.csv"
        let opened = try script.run(
            """
            local log = nj.data.open("\(path)", {
                user = "listener", item = 2, timestamp = "at", time_unit = "milliseconds" })
            return log.n_rows, log.n_users, log.n_items, log.first_time, log.last_time,
                log.has_ratings, log:user "bob", log:item "b"
            """)
        #expect(opened == "3 2 2 1 3 false 2 2")
        #expect(
            script.failure(#"nj.data.open("\#(path)", { user = "listner", item = "track" })"#)?
                .contains("did you mean 'listener'?") == true)
    }

    @Test("opens generated logs by name, and refuses reading options for them")
    func generated() throws {
        let script = try Script()
        #expect(
            try script.run(#"return nj.data.open("simulated").name, #nj.data.open "markov""#)
                == "simulated 10000")
        #expect(
            script.failure(#"nj.data.open("simulated", { format = "table" })"#)
                == "'simulated' is generated, so there is no 'format' to choose. Leave it out.")
    }

    @Test("says where it looked for a data set that is not here, and how to get it")
    func missing() throws {
        let script = try Script(folders: ["/nowhere/data"])
        let message = try #require(script.failure(#"nj.data.open "ml-100k""#))
        #expect(message.contains("'ml-100k'"))
        #expect(message.contains("/nowhere/data"))
        #expect(message.contains("nightjar data fetch ml-100k"))
        #expect(
            script.failure(#"nj.data.open "ml-100kk""#)?.contains("Did you mean 'ml-100k'?")
                == true)
    }

    @Test("lists and describes known, found and generated data sets")
    func catalogue() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local here = {}
                for _, set in ipairs(nj.data.list()) do here[set.name] = set.here end
                return here["simulated"], here["markov"], here["ml-1m"], here["nothing"]
                """) == "true true false nil")
        #expect(
            try script.run(
                """
                local info = nj.data.info "ml-100k"
                return info.rows, info.users, info.items, info.fetchable, info.location,
                    #info.terms > 20, #info.cite > 20
                """) == "100000 943 1682 true nil true true")
        #expect(script.failure(#"nj.data.info "nonsense""#)?.contains("'nonsense'") == true)
    }

    @Test("shows the terms and fetches nothing until they are accepted")
    func terms() throws {
        let folder = try Folder()
        let script = try Script(userFolder: folder.path + "/fetched")
        let message = try #require(script.failure(#"nj.data.fetch "ml-100k""#))
        #expect(message.contains("Terms: "))
        #expect(message.contains("nj.data.fetch('ml-100k', { accept = true })"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/fetched/ml-100k"))
        #expect(
            script.failure(#"nj.data.fetch("amazon-beauty", { accept = true })"#)?
                .contains("not published") == true)
    }

    @Test("reads nothing outside of the working folder at level lab")
    func lab() throws {
        let script = try Script(level: .lab)
        for path in ["/etc/passwd", "~/secret", "../up", "a/../../b"] {
            #expect(
                script.failure("nj.data.open '\(path)'")
                    == "'\(path)' is outside of the working folder, where this level may not reach."
                    + " Give a path within it.")
        }
        #expect(try script.run(#"return #nj.data.open "markov""#) == "10000")
    }

    @Test("makes logs of the size asked for, the same for the same seed")
    func makers() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local function make(seed)
                    return nj.data.simulate{ users = 60, items = 80, seed = seed }
                end
                local a, b, c = make(1), make(1), make(2)
                return a.n_users, a.n_items, #a, a.digest == b.digest, a.digest == c.digest
                """) == "60 80 1200 true false")
        #expect(
            try script.run(
                """
                local log = nj.data.simulate{
                    users = 40, items = 100, interactions = 400, misclick_rate = 0,
                    junk_share = 0, duplicate_share = 0 }
                local planted, marked = log:planted(), 0
                for _, mask in pairs(planted) do
                    for _, mark in ipairs(mask) do marked = marked + (mark and 1 or 0) end
                end
                return #log, #planted.misclicks, marked
                """) == "400 400 0")
        #expect(
            try script.run(
                "return #nj.data.markov{ users = 7, items = 5, interactions = 50, order = 1 }")
                == "50")
    }

    static let refusals = [
        Refusal(
            "nj.data.simulate{ user = 5 }",
            "unknown option 'user' to 'simulate' (did you mean 'users'?)"),
        Refusal(
            "nj.data.simulate{ misclick_rate = 0.7 }",
            "bad option 'misclick_rate' to 'simulate' (must be between 0 and 0.5, got 0.7)"),
        Refusal(
            "nj.data.simulate{ users = 50, items = 100, interactions = 100 }",
            "interactions = 100 is out of range. Give a whole number from 200 to 1250."),
        Refusal(
            "nj.data.interactions{ users = { 1, 0 }, items = { 1, 1 } }",
            "bad option 'users' to 'interactions' (must be between 1 and 10000000 at [2], got 0)"),
        Refusal(
            "nj.data.interactions{ users = { 1 }, items = { math.maxinteger } }",
            "bad option 'items' to 'interactions' (must be between 1 and 10000000 at [1],"
                + " got 9223372036854775807)"),
        Refusal(
            "nj.data.interactions{ users = { 1, 2 }, items = { 1 } }",
            "columns have different lengths: 2, 1. Give one value for each row."),
        Refusal(
            "nj.data.interactions{ users = { 1 }, items = { 3 }, titles = { 'one' } }",
            "row 1 names id 3, but ids run from 1 to 1. Check how ids were made."),
        Refusal(
            "nj.data.open(5)", "bad argument #1 to 'open' (string expected, got number 5)"),
    ]

    @Test("refuses what makes no log, in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(refusal.text) == refusal.message)
    }

    @Test(
        "opens MovieLens 100K with its titles",
        .enabled(
            if: ProcessInfo.processInfo.environment["NIGHTJAR_DATA"] != nil,
            "set NIGHTJAR_DATA to the folder that holds ml-100k/"))
    func movieLens() throws {
        let folders = ProcessInfo.processInfo.environment["NIGHTJAR_DATA"] ?? ""
        let script = try Script(folders: folders.split(separator: ":").map(String.init))
        #expect(
            try script.run(
                """
                local log = nj.data.open "ml-100k"
                local tail = log:split{ by = "tail", valid = 0 }
                return tostring(log), log:title(log:item "Star Wars (1977)"), #tail.train, #tail.test,
                    #tail.train:windows{ length = 50 }
                """)
                == "Interactions ml-100k: 100000 rows, 943 users, 1682 items, 1997-09-20 to"
                + " 1998-04-22, 6.30% dense Star Wars (1977) 90404 9596 90404")
    }
}
