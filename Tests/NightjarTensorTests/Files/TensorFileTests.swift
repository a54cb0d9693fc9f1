import Testing

@testable import NightjarTensor

@Suite("Files of tensors")
struct TensorFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("have the format that their extension names")
    func formats() throws {
        #expect(try TensorFile.Format(of: "a/b.c/x.npy") == .npy)
        #expect(try TensorFile.Format(of: "X.SafeTensors") == .safetensors)
    }

    @Test("of other extensions are refused")
    func unknown() {
        let cases = ["w.pt": "pt", "w.nyp": "nyp", "w": "", "a.npy/w": "", "": "", "w.": ""]
        for (path, given) in cases {
            #expect(throws: FileFormatError(path, .unknownExtension(given)), "\(path)") {
                try TensorFile(path: path)
            }
        }
    }

    static let ids = [0, -1, 16_777_217, Int(Int32.max), Int.max, Int.min]

    @Test("keep integers of 64 bits")
    func integers() throws {
        let source = try TensorSource("ids", shape: [6], integers: Self.ids, as: .int64)
        try NpyFile.write(source, to: "\(folder.path)/ids.npy")
        try SafetensorsFile.write([source], to: "\(folder.path)/ids.safetensors")
        let npy = try NpyFile(path: "\(folder.path)/ids.npy")
        let safetensors = try SafetensorsFile(path: "\(folder.path)/ids.safetensors")
        #expect(npy.type == .int64)
        #expect(try npy.integers() == Self.ids)
        #expect(try safetensors.integers("ids") == Self.ids)
        #expect(
            throws: FileFormatError(
                npy.path, .inexact(tensor: "array", type: .int64, value: 16_777_217))
        ) {
            try npy.tensor()
        }
        #expect(throws: FileFormatError.self) { try safetensors.tensor("ids") }
    }

    @Test("with small integers are tensors")
    func smallIntegers() throws {
        let source = try TensorSource("ids", shape: [2, 1], integers: [7, -3], as: .int32)
        try NpyFile.write(source, to: "\(folder.path)/ids.npy")
        let tensor = try NpyFile(path: "\(folder.path)/ids.npy").tensor()
        #expect(tensor.values == [7, -3])
        #expect(tensor.shape == [2, 1])
    }

    @Test("with fractions are no integers")
    func fractions() throws {
        try NpyFile.write(TensorSource("", Tensor([1])), to: "\(folder.path)/x.npy")
        let file = try NpyFile(path: "\(folder.path)/x.npy")
        #expect(throws: FileFormatError(file.path, .notIntegers(tensor: "array", type: .float32))) {
            try file.integers()
        }
    }

    @Test("decode integers of every type, and refuse those of 65 bits")
    func decoding() {
        let bytes: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 255]
        let all: [ElementType: Int] = [
            .bool: 1, .uint8: 255, .int8: -1, .uint16: 65_535, .int16: -1, .uint32: 4_294_967_295,
            .int32: -1, .int64: -1,
        ]
        for type in ElementType.allCases {
            let first = bytes.withUnsafeBytes { type.integers($0)?.first }
            #expect(first == all[type], "\(type)")
            #expect(type.isInteger == (all[type] != nil || type == .uint64), "\(type)")
        }
    }

    @Test("refuse to write what a type cannot hold")
    func unfit() throws {
        #expect(throws: TensorError.self) {
            try TensorSource("x", shape: [1], integers: [1 << 31], as: .int32)
        }
        #expect(throws: TensorError.self) {
            try TensorSource("x", shape: [1], integers: [16_777_217], as: .float32)
        }
        #expect(throws: TensorError.self) {
            try TensorSource("x", shape: [1], integers: [1], as: .float16)
        }
        #expect(throws: TensorError.self) { try TensorSource("x", Tensor([0.5]), as: .int64) }
        #expect(throws: TensorError.self) { try TensorSource("x", Tensor([.nan]), as: .int64) }
        #expect(throws: TensorError.self) { try TensorSource("x", Tensor([1e30]), as: .int64) }
        let error = #expect(throws: TensorError.self) {
            try TensorSource("x", shape: [2], numbers: [1, 16_777_217])
        }
        #expect(
            error?.description
                == "save: element 2 of 'x' is 16777217, which float32 cannot hold."
                + " Choose another type.")
        #expect(throws: Never.self) {
            try TensorSource("x", shape: [4], numbers: [0.1, 1e30, .nan, .infinity])
        }
    }

    @Test("name types as NumPy does, each differently")
    func names() {
        #expect(Set(ElementType.allCases.map(\.name)).count == ElementType.allCases.count)
        #expect(ElementType.int64.name == "int64")
    }
}
