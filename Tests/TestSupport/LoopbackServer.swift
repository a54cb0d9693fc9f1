import Foundation
import Synchronization

/// A small http server on the loopback interface, with the faults that a test asks for.
public final class LoopbackServer: Sendable {
    /// What the server does with one request.
    public struct Answer: Sendable {
        let status: Int
        let location: String?
        let honoursRange: Bool
        let etag: String?
        let cutAfter: Int?
        let stall: Double

        /// Describes an answer.
        ///
        /// - Parameters:
        ///   - status: the status; the file is sent with 200 only.
        ///   - location: where a redirection leads, for a status in the 300s.
        ///   - honoursRange: whether `Range` and `If-Range` are obeyed.
        ///   - etag: what identifies the file.
        ///   - cutAfter: bytes of the body after which the connection is cut.
        ///   - stall: seconds to wait after the bytes before the cut.
        public init(
            status: Int = 200, location: String? = nil, honoursRange: Bool = true,
            etag: String? = "\"1\"", cutAfter: Int? = nil, stall: Double = 0
        ) {
            self.status = status
            self.location = location
            self.honoursRange = honoursRange
            self.etag = etag
            self.cutAfter = cutAfter
            self.stall = stall
        }
    }

    /// A request as it came: the path and the two headers that resuming needs.
    public struct Request: Sendable, Equatable {
        /// The path of the address.
        public let path: String
        /// The header `Range`.
        public let range: String?
        /// The header `If-Range`.
        public let ifRange: String?
    }

    /// The port of the server.
    public let port: UInt16
    private let listener: Int32
    private let files: Mutex<[String: [UInt8]]>
    private let answers: Mutex<[Answer]>
    private let seen = Mutex<[Request]>([])

    /// Serves `files` by path; the first requests get `answers`, all later ones the last of them.
    ///
    /// - Throws: `POSIXError` when there is no port to listen at.
    public init(_ files: [String: [UInt8]], _ answers: [Answer] = [Answer()]) throws {
        self.files = Mutex(files)
        self.answers = Mutex(answers)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let server = self else {
                    // Closed here only: elsewhere, the number could be another socket's by now.
                    close(connection)
                    close(listener)
                    return
                }
                Thread.detachNewThread {
                    server.serve(connection)
                    close(connection)
                }
            }
        }
        thread.start()
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The requests so far.
    public var requests: [Request] { seen.withLock { $0 } }

    /// The address of a path.
    public func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Serves other bytes from now on.
    public func replace(_ path: String, by bytes: [UInt8]) { files.withLock { $0[path] = bytes } }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else { return }
        seen.withLock { $0.append(request) }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        guard answer.status == 200, let body = files.withLock({ $0[request.path] }) else {
            let status = answer.status == 200 ? 404 : answer.status
            let location = answer.location.map { "Location: \($0)\r\n" } ?? ""
            send(connection, "HTTP/1.1 \(status) Other\r\n\(location)Content-Length: 0\r\n\r\n")
            return
        }
        let start = answer.honoursRange ? first(of: request, answer) : 0
        if start > 0, start >= body.count {
            send(connection, "HTTP/1.1 416 Range\r\nContent-Length: 0\r\n\r\n")
            return
        }
        var head = start > 0 ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n"
        if start > 0 { head += "Content-Range: bytes \(start)-\(body.count - 1)/\(body.count)\r\n" }
        if let etag = answer.etag { head += "ETag: \(etag)\r\n" }
        head += "Content-Length: \(body.count - start)\r\nConnection: close\r\n\r\n"
        send(connection, head)
        send(connection, body[start..<min(body.count, start + (answer.cutAfter ?? body.count))])
        if answer.stall > 0 { Thread.sleep(forTimeInterval: answer.stall) }
    }

    /// First byte that a request asks for, if what it has before is of the same body.
    private func first(of request: Request, _ answer: Answer) -> Int {
        guard let range = request.range, request.ifRange == nil || request.ifRange == answer.etag
        else { return 0 }
        return Int(range.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }

    private func read(_ connection: Int32) -> Request? {
        var text = ""
        var block = [UInt8](repeating: 0, count: 4_096)
        while !text.contains("\r\n\r\n") {
            let count = recv(connection, &block, block.count, 0)
            guard count > 0 else { return nil }
            text += String(decoding: block[..<count], as: UTF8.self)
        }
        let lines = text.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1 else { return nil }
        func header(_ name: String) -> String? {
            lines.first { $0.lowercased().hasPrefix("\(name):") }?
                .split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
        }
        return Request(
            path: String(words[1]), range: header("range"), ifRange: header("if-range"))
    }

    private func send(_ connection: Int32, _ text: String) {
        send(connection, Array(text.utf8)[...])
    }

    private func send(_ connection: Int32, _ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
