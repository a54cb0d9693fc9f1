import Testing

@testable import NightjarData

@Suite("The head of an answer")
struct ResponseHeadTests {
    private func head(_ lines: String...) -> ResponseHead {
        var head = ResponseHead()
        for line in lines { head.take(line + "\r\n") }
        return head
    }

    @Test("gives status, length, range and fields, however names are written")
    func fields() {
        let head = head(
            "HTTP/1.1 206 Partial Content", "Content-LENGTH: 100",
            "content-range:bytes 100-199/200", "ETag: \"a: b\"", "")
        #expect(head.status == 206)
        #expect(head.length == 100)
        #expect(head.rangeStart == 100)
        #expect(head.fields["etag"] == "\"a: b\"")
    }

    @Test("is that of the last answer after a redirection")
    func redirection() {
        let head = head(
            "HTTP/1.1 302 Found", "ETag: 1", "Content-Length: 5", "", "HTTP/2 200", "")
        #expect(head.status == 200)
        #expect(head.fields.isEmpty && head.length == nil && head.rangeStart == nil)
    }

    @Test(
        "survives nonsense",
        arguments: ["HTTP/", "HTTP/1.1", "HTTP/1.1 x", ":", "a", "Content-Length: -", "\u{FFFD}:"])
    func nonsense(_ line: String) {
        let head = head(line)
        #expect(head.status == 0 && head.length == nil)
    }
}
