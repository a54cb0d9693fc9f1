// What stands before the body of an answer.

/// Status and header fields of the last answer, collected line by line.
struct ResponseHead {
    /// The status, or 0 before there is one.
    private(set) var status = 0
    /// The fields by their names in lower case.
    private(set) var fields: [String: String] = [:]

    /// Takes a line with its end.
    ///
    /// A status line starts anew, as it does after a redirection.
    mutating func take(_ line: String) {
        let text = line.prefix { !$0.isNewline }
        if text.hasPrefix("HTTP/") {
            let words = text.split(separator: " ")
            self = ResponseHead()
            status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[colon...].dropFirst().drop { $0 == " " || $0 == "\t" }
            fields[text[..<colon].lowercased()] = String(value)
        }
    }

    /// Bytes of the body, if the server says how many.
    var length: Int? { fields["content-length"].flatMap { Int($0) } }

    /// First byte of the body in the whole, from `Content-Range: bytes 100-199/200`.
    var rangeStart: Int? {
        fields["content-range"].flatMap { range in
            Int(range.drop { !$0.isNumber }.prefix { $0.isNumber })
        }
    }
}
