// The data sets that Nightjar knows by name.

/// A public data set: what it is, on which terms, and where its publisher keeps it.
public struct DataSet: Sendable {
    /// Where to get a data set, and how to see that it arrived whole.
    public struct Archive: Sendable {
        /// The publisher's folder, as an address that ends in `/`.
        public let publisher: String
        /// Name of the archive in that folder.
        public let file: String
        /// Size of the archive in bytes, as far as it is known; for the notice only.
        public let bytes: Int
        /// What the archive must hash to, or `nil` where the publisher changes it in place.
        public let checksum: Checksum?
        /// What some of the unpacked files must hash to.
        public let members: [String: Checksum]
    }

    /// Name by which it is opened, such as `ml-100k`.
    public let name: String
    /// What it is, in a line.
    public let summary: String
    /// Names of folders under which it is found: its name, and the archive's own folder.
    public let folderNames: [String]
    /// Number of rows, users and items that its publisher states.
    public let published: (rows: Int, users: Int, items: Int)
    /// The terms of use, in short.
    public let licence: String
    /// What to cite.
    public let citation: String
    /// Where to get it; `nil` for a set that users bring themselves.
    public let archive: Archive?
}

extension DataSet {
    /// All known data sets, small ones first.
    public static let known: [DataSet] = [
        movieLens(
            "ml-100k", "MovieLens 100K: film ratings of 1997 and 1998, with ages and occupations",
            (100_000, 943, 1_682), bytes: 4_924_029, md5: "0e33842e24a9c977be4e0107933c0723",
            members: ["u.data": Checksum(.md5, "6e47046882bad158b0efbb84cd5cb987")],
            mayBePassedOn: false),
        movieLens(
            "ml-latest-small", "MovieLens latest, small: changes over time, for trying out",
            (100_836, 610, 9_724), bytes: 978_202, md5: nil,
            mayBePassedOn: true),
        movieLens(
            "ml-1m", "MovieLens 1M: film ratings of 2000 to 2003, with ages and occupations",
            (1_000_209, 6_040, 3_706), bytes: 5_917_549, md5: "c4d9eecfca2ab87c1945afe126590906",
            mayBePassedOn: false),
        movieLens(
            "ml-10m", "MovieLens 10M: film ratings of 1995 to 2009",
            (10_000_054, 69_878, 10_677), folder: "ml-10M100K", bytes: 65_566_137,
            md5: "ce571fd55effeba0271552578f2648bd",
            mayBePassedOn: false),
        movieLens(
            "ml-20m", "MovieLens 20M: film ratings of 1995 to 2015",
            (20_000_263, 138_493, 26_744), bytes: 198_702_078,
            md5: "cd245b17a1ae2cc31bb14903e1204af3",
            mayBePassedOn: true),
        movieLens(
            "ml-25m", "MovieLens 25M: film ratings of 1995 to 2019",
            (25_000_095, 162_541, 59_047), bytes: 261_978_986,
            md5: "6b51fb2759a8657d3bfcbfc42b592ada",
            mayBePassedOn: true),
        movieLens(
            "ml-32m", "MovieLens 32M: film ratings of 1995 to 2023",
            (32_000_204, 200_948, 84_432), bytes: 238_950_008,
            md5: "d472be332d4daa821edc399621853b57",
            mayBePassedOn: true),
        DataSet(
            name: "amazon-beauty",
            summary: "Amazon Beauty: users with at least 5 reviews, as sequences of item ids",
            folderNames: ["amazon-beauty"], published: (198_502, 22_363, 12_101),
            licence: "No licence is stated. Do not redistribute it.",
            citation: "J. McAuley, C. Targett, Q. Shi and A. van den Hengel, Image-based"
                + " Recommendations on Styles and Substitutes, SIGIR 2015.",
            archive: nil),
    ]

    /// The known data set called `name`, if there is one.
    public static func named(_ name: String) -> DataSet? { known.first { $0.name == name } }

    /// What a user reads and agrees to before a download.
    public var notice: String {
        let size = archive.map { " (about \(max(1, $0.bytes / 1_000_000)) MB)" } ?? ""
        return "\(name)\(size): \(summary)\nTerms: \(licence)\nCite: \(citation)"
    }

    private static func movieLens(
        _ name: String, _ summary: String, _ published: (Int, Int, Int), folder: String? = nil,
        bytes: Int, md5: String?, members: [String: Checksum?] = [:], mayBePassedOn: Bool
    ) -> DataSet {
        let noPassingOn = "no redistribution without permission"
        let passingOn = "redistribution on the same terms only"
        return DataSet(
            name: name, summary: summary, folderNames: [name] + (folder.map { [$0] } ?? []),
            published: published,
            licence: "For research, with acknowledgement, by GroupLens, University of Minnesota."
                + " No commercial use without permission; \(mayBePassedOn ? passingOn : noPassingOn)."
                + " No endorsement implied, no warranty; the README in the archive has the text.",
            citation: "F. M. Harper and J. A. Konstan, The MovieLens Datasets: History and Context,"
                + " ACM Transactions on Interactive Intelligent Systems 5(4):19, 2015.",
            archive: Archive(
                publisher: "https://files.grouplens.org/datasets/movielens/", file: "\(name).zip",
                bytes: bytes, checksum: md5.flatMap { Checksum(.md5, $0) },
                members: members.compactMapValues { $0 }))
    }
}
