// One request over http, its body written to a file as it comes.

import CCurl
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A GET request whose body is appended to an open file, from where the file ends.
final class Transfer {
    /// How a transfer ended.
    enum Outcome {
        /// The body is whole.
        case finished
        /// The server answered with an error status.
        case status(Int)
        /// The connection failed, or the server fell silent.
        case broken(String)
        /// The file cannot be written.
        case unwritable(FileError)
    }

    /// How far a transfer is.
    struct State {
        /// Bytes in the file.
        var written: Int
        /// Bytes that the file will have, or 0 when the server does not say.
        var total = 0
        /// Identity of the body, from the headers `ETag` or `Last-Modified`.
        var validator: String?
        var outcome: Outcome?
    }

    private let file: Int32
    private let path: String
    private let silence: Double
    private let watch: (State) throws -> Void
    private var state: State
    private var head = ResponseHead()
    private var isAccepted = false
    private var lastByte = ContinuousClock.now
    private var lastWatch = ContinuousClock.now
    /// What `watch` threw, which ends the request.
    private var failure: (any Error)?

    private init(
        to file: Int32, _ path: String, from offset: Int, silence: Double,
        watch: @escaping (State) throws -> Void
    ) {
        self.file = file
        self.path = path
        self.silence = silence
        self.watch = watch
        state = State(written: offset)
    }

    /// Requests `address` from byte `offset` on, appends the body to `file`, and says how it ended.
    ///
    /// If the server sends the whole body, the file starts anew; it does so, too, when `validator`,
    /// the body's identity as its first bytes arrived, has changed. A connection that is silent for
    /// `silence` seconds counts as broken. `watch` is called about ten times a second.
    ///
    /// - Throws: `Interrupted`, ``DownloadError/noCurl`` and what `watch` throws; the file keeps what
    ///   arrived.
    static func run(
        _ address: String, to file: Int32, _ path: String, from offset: Int, validator: String?,
        silence: Double, watch: (State) throws -> Void
    ) throws -> State {
        // A range counts bytes of the body as sent, so it must not be compressed on the way.
        var headers = ["Accept-Encoding: identity"]
        if offset > 0 {
            headers.append("Range: bytes=\(offset)-")
            if let validator { headers.append("If-Range: \(validator)") }
        }
        return try withoutActuallyEscaping(watch) { watch in
            let transfer = Transfer(to: file, path, from: offset, silence: silence, watch: watch)
            return try transfer.run(address, headers)
        }
    }

    private func run(_ address: String, _ headers: [String]) throws -> State {
        let answer = nj_answer(
            context: Unmanaged.passUnretained(self).toOpaque(),
            head: { context, bytes, count in
                let line = UnsafeRawBufferPointer(start: bytes, count: count)
                return Transfer.from(context)?.takeHead(line) ?? false
            },
            body: { context, bytes, count in
                let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
                return Transfer.from(context)?.takeBody(bytes) ?? false
            },
            wait: { Transfer.from($0)?.wait() ?? false })
        var message = [CChar](repeating: 0, count: Int(NJ_HTTP_MESSAGE))
        let lines = headers.map { strdup($0) }
        defer { lines.forEach { free($0) } }
        let end = (lines.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer {
            nj_http_get(address, $0.baseAddress, answer, &message)
        }
        if let failure { throw failure }
        switch end {
        case NJ_HTTP_NO_LIBRARY: throw DownloadError.noCurl
        case NJ_HTTP_WHOLE:
            // An answer without a body was not looked at yet.
            if accepts(), state.total > 0, state.written < state.total {
                self.end(.broken("\(state.written) of \(state.total) bytes arrived"))
            }
            self.end(.finished)
        default:
            let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            self.end(.broken(String(decoding: bytes, as: UTF8.self)))
        }
        return state
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: While it runs

    private func takeHead(_ line: UnsafeRawBufferPointer) -> Bool {
        head.take(String(decoding: line, as: UTF8.self))
        lastByte = .now
        return true
    }

    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard accepts() else { return false }
        do throws(FileError) { try FileBytes.write(bytes, to: file, path) } catch {
            end(.unwritable(error))
            return false
        }
        state.written += bytes.count
        lastByte = .now
        return true
    }

    private func wait() -> Bool {
        do {
            try Interruption.check()
            guard ContinuousClock.now - lastWatch >= .milliseconds(100) else { return true }
            lastWatch = .now
            try watch(state)
        } catch {
            failure = error
            return false
        }
        guard ContinuousClock.now - lastByte < .seconds(silence) else {
            end(.broken("nothing came for \(silence) seconds"))
            return false
        }
        return true
    }

    /// Looks at the answer's head, once, and places the file at the first byte of the body.
    private func accepts() -> Bool {
        if isAccepted || state.outcome != nil { return isAccepted }
        switch head.status {
        case 206 where head.rangeStart == state.written: break
        case 200:
            guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else {
                end(.unwritable(FileError("write", path, code: errno)))
                return false
            }
            state.written = 0
        case 206:
            end(.broken("the server sent another part than the one asked for"))
            return false
        default:
            end(.status(head.status))
            return false
        }
        if let length = head.length, length > 0 {
            let (total, overflow) = state.written.addingReportingOverflow(length)
            state.total = overflow ? 0 : total
        }
        state.validator = head.fields["etag"] ?? head.fields["last-modified"]
        isAccepted = true
        return true
    }

    /// Fixes the outcome; the first one counts.
    private func end(_ outcome: Outcome) {
        if state.outcome == nil { state.outcome = outcome }
    }
}
