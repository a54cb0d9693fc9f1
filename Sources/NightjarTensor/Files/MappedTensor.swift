// A tensor whose elements stay in their file until they are asked for.

import CKernels
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A tensor of a file, mapped into memory: what is read of it comes from the system's own copy of the
/// file, which all processes share.
///
/// A file that another program cuts short meanwhile is an error like any other.
public final class MappedTensor: Sendable {
    /// The dimensions, outermost first.
    public let shape: [Int]
    /// The type of elements in the file.
    public let type: ElementType
    /// How many elements.
    public let count: Int

    private let file: InputFile
    private nonisolated(unsafe) let mapping: UnsafeMutableRawPointer?
    private let mappedBytes: Int
    /// Where the elements begin in the mapping, which begins at a page.
    private let offset: Int

    /// - Throws: `FileError` when the system refuses the mapping.
    init(_ file: InputFile, _ entry: SafetensorsFile.Entry) throws(FileError) {
        self.file = file
        shape = entry.shape
        type = entry.type
        count = entry.byteRange.count / entry.type.byteCount
        offset = entry.byteRange.lowerBound % Int(getpagesize())
        mappedBytes = offset + entry.byteRange.count
        mapping =
            entry.byteRange.isEmpty
            ? nil : try file.map(entry.byteRange.lowerBound - offset, count: mappedBytes)
    }

    deinit {
        if let mapping { munmap(mapping, mappedBytes) }
    }

    /// Writes some elements as floats to `target`, which has room for them.
    ///
    /// - Parameters:
    ///   - range: of the elements, in the order of the file.
    ///   - target: where the first of them goes.
    /// - Throws: ``FileFormatError`` when the file has become shorter, `FileError` when the disk does not
    ///   give it.
    public func read(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) throws {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard let mapping, !range.isEmpty else { return }
        let source = UnsafeRawPointer(mapping) + offset + range.lowerBound * type.byteCount
        let bytes = range.count * type.byteCount
        let status: Int32
        switch type {
        case .float32: status = nj_mapped_copy(bytes, source, target)
        case .bfloat16 where Int(bitPattern: source) % 2 == 0:
            status = nj_mapped_widen_bfloat16(
                range.count, source.assumingMemoryBound(to: UInt16.self), target)
        default:  // In a file of others, elements may begin at any byte.
            status = withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 8) { copy in
                let status = nj_mapped_copy(bytes, source, copy.baseAddress)
                guard status == 0 else { return status }
                type.decode(
                    UnsafeRawBufferPointer(copy),
                    into: UnsafeMutableBufferPointer(start: target, count: range.count))
                return status
            }
        }
        // The rest of the page in which a file now ends reads as zeros.
        guard file.hasItsSize else { throw file.becameShorter() }
        guard status == 0 else { throw FileError("read", file.path, code: EIO) }
    }
}
