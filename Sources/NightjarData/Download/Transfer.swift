// One request over http, its body written to a file as it comes.

import Foundation
import NightjarRuntime
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A GET request whose body is appended to an open file, from where the file ends.
final class Transfer: NSObject, URLSessionDataDelegate, Sendable {
    /// How a transfer ended.
    enum Outcome: Sendable {
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
    struct State: Sendable {
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
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    private init(to file: Int32, _ path: String, from offset: Int) {
        self.file = file
        self.path = path
        state = Mutex(State(written: offset))
    }

    /// Requests `address` from byte `offset` on, appends the body to `file`, and says how it ended.
    ///
    /// If the server sends the whole body, the file starts anew; it does so, too, when `validator`,
    /// the body's identity as its first bytes arrived, has changed. A connection that is silent for
    /// `silence` seconds counts as broken. The calling thread waits and calls `watch` about ten
    /// times a second.
    ///
    /// - Throws: `Interrupted` and what `watch` throws; the file keeps what arrived.
    static func run(
        _ address: URL, to file: Int32, _ path: String, from offset: Int, validator: String?,
        silence: Double, watch: (State) throws -> Void
    ) throws -> State {
        let transfer = Transfer(to: file, path, from: offset)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = silence
        configuration.urlCache = nil
        let session = URLSession(
            configuration: configuration, delegate: transfer, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        var request = URLRequest(url: address)
        request.timeoutInterval = silence
        // A range counts bytes of the body as sent, so it must not be compressed on the way.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if offset > 0 {
            request.setValue("bytes=\(offset)-", forHTTPHeaderField: "Range")
            if let validator { request.setValue(validator, forHTTPHeaderField: "If-Range") }
        }
        let task = session.dataTask(with: request)
        task.resume()
        while transfer.ended.wait(timeout: .now() + 0.1) == .timedOut {
            do {
                try watch(transfer.state.withLock { $0 })
                try Interruption.check()
            } catch {
                task.cancel()
                transfer.ended.wait()
                throw error
            }
        }
        return transfer.state.withLock { $0 }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        completionHandler(accepts(response) ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        do throws(FileError) { try append(data) } catch {
            end(.unwritable(error))
            dataTask.cancel()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        state.withLock { state in
            guard state.outcome == nil else { return }
            if let error {
                state.outcome = .broken(error.localizedDescription)
            } else if state.total > 0, state.written < state.total {
                state.outcome = .broken("\(state.written) of \(state.total) bytes arrived")
            } else {
                state.outcome = .finished
            }
        }
        ended.signal()
    }

    /// Looks at the status and places the file at the first byte of the body.
    private func accepts(_ response: URLResponse) -> Bool {
        guard let response = response as? HTTPURLResponse else { return false }
        let length = Int(response.expectedContentLength)
        let offset = state.withLock { $0.written }
        switch response.statusCode {
        case 206 where response.start == offset: break
        case 200:
            guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else {
                end(.unwritable(FileError("write", path, code: errno)))
                return false
            }
            state.withLock { $0.written = 0 }
        case 206:
            end(.broken("the server sent another part than the one asked for"))
            return false
        default:
            end(.status(response.statusCode))
            return false
        }
        state.withLock { state in
            state.total = length > 0 ? state.written + length : 0
            state.validator =
                response.value(forHTTPHeaderField: "ETag")
                ?? response.value(forHTTPHeaderField: "Last-Modified")
        }
        return true
    }

    private func append(_ data: Data) throws(FileError) {
        var failure: FileError?
        data.withUnsafeBytes { bytes in
            do throws(FileError) { try FileBytes.write(bytes, to: file, path) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        state.withLock { $0.written += data.count }
    }

    /// Fixes the outcome; the first one counts.
    private func end(_ outcome: Outcome) {
        state.withLock { if $0.outcome == nil { $0.outcome = outcome } }
    }
}

extension HTTPURLResponse {
    /// First byte of the body in the whole, from `Content-Range: bytes 100-199/200`.
    fileprivate var start: Int? {
        guard let range = value(forHTTPHeaderField: "Content-Range") else { return nil }
        let digits = range.drop { !$0.isNumber }.prefix { $0.isNumber }
        return Int(digits)
    }
}
