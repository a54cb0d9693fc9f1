// What can go wrong between a publisher's server and a folder of files.

/// What can go wrong while a data set is fetched.
///
/// Every description ends in the next step for the user.
public enum DownloadError: Error, Equatable, Sendable {
    /// A text that is no http or https address.
    case badAddress(String)
    /// The server answered with an error.
    case refused(address: String, status: Int)
    /// The connection failed again and again; what arrived is kept.
    case broken(address: String, reason: String)
    /// Another process writes the same file.
    case busy(path: String)
    /// A file does not hash to what its publisher states; it was removed.
    case checksum(file: String, expected: String, found: String)
    /// An archive that cannot be unpacked, or that must not be.
    case archive(file: String, reason: String)
    /// The data set is here already.
    case exists(path: String)
    /// The user did not agree to the terms.
    case declined(name: String)
    /// The data set is not published for download.
    case notPublished(name: String)
    /// There is no folder for downloads, because `HOME` is not set.
    case noFolder
    /// libcurl is not installed.
    case noCurl
}

extension DownloadError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .badAddress(let address):
            "'\(address)' is no http or https address. Correct it."
        case .refused(let address, let status):
            "the server answered \(status) for \(address). "
                + (status == 404
                    ? "The publisher may have moved it: fetch it by hand and set NIGHTJAR_DATA."
                    : "Try again later.")
        case .broken(let address, let reason):
            "\(address) did not arrive whole: \(reason). Check the network and run the command"
                + " again: it goes on where it stopped."
        case .busy(let path):
            "another process is fetching '\(path)'. Wait for it, or end it."
        case .checksum(let file, let expected, let found):
            "'\(file)' has \(found) instead of \(expected) and was removed. Fetch it again; if that"
                + " does not help, the publisher has changed it or the connection is not safe."
        case .archive(let file, let reason):
            "cannot unpack '\(file)': \(reason). Fetch it again."
        case .exists(let path):
            "'\(path)' is there already. Remove it first, or ask to replace it."
        case .declined(let name):
            "'\(name)' was not fetched, because its terms were not accepted. Run it again to accept."
        case .notPublished(let name):
            "'\(name)' is not published for download. Bring your own copy as \(name)/ in a folder of"
                + " NIGHTJAR_DATA."
        case .noFolder:
            "there is no folder for data sets, because HOME is not set. Set HOME or XDG_DATA_HOME."
        case .noCurl:
            "downloads need libcurl, which is not installed. Install it (apt install libcurl4), or"
                + " fetch the file by hand and set NIGHTJAR_DATA."
        }
    }
}
