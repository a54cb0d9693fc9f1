// Arithmetic of two tensors, element by element.

import CKernels

extension Tensor {
    /// x + y, element by element; a smaller shape is repeated by NumPy's rules.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func + (x: Tensor, y: Tensor) throws(TensorError) -> Tensor {
        try x.combined(with: y, "add", nj_add)
    }

    /// x − y, element by element; a smaller shape is repeated by NumPy's rules.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func - (x: Tensor, y: Tensor) throws(TensorError) -> Tensor {
        try x.combined(with: y, "subtract", nj_subtract)
    }

    /// x · y, element by element; a smaller shape is repeated by NumPy's rules.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func * (x: Tensor, y: Tensor) throws(TensorError) -> Tensor {
        try x.combined(with: y, "multiply", nj_multiply)
    }

    /// x / y, element by element; a smaller shape is repeated by NumPy's rules.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func / (x: Tensor, y: Tensor) throws(TensorError) -> Tensor {
        try x.combined(with: y, "divide", nj_divide)
    }

    /// Adds a number to every element.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public static func + (x: Tensor, y: Float) throws(TensorError) -> Tensor {
        try x + Tensor(scalar: y)
    }

    /// Subtracts a number from every element.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public static func - (x: Tensor, y: Float) throws(TensorError) -> Tensor {
        try x - Tensor(scalar: y)
    }

    /// Multiplies every element by a number.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public static func * (x: Tensor, y: Float) throws(TensorError) -> Tensor {
        try x * Tensor(scalar: y)
    }

    /// Divides every element by a number.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public static func / (x: Tensor, y: Float) throws(TensorError) -> Tensor {
        try x / Tensor(scalar: y)
    }

    /// −x.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public static prefix func - (x: Tensor) throws(TensorError) -> Tensor { try x * -1 }

    /// The larger of each two elements, not-a-number when either is.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func maximum(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "maximum", nj_maximum)
    }

    /// The smaller of each two elements, not-a-number when either is.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func minimum(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "minimum", nj_minimum)
    }

    /// A tensor of rank 0.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public init(scalar value: Float) throws(TensorError) {
        try self.init(repeating: value, shape: [])
    }

    /// A function of two matrices of `rows` × `columns` that writes a contiguous third.
    typealias ElementwiseKernel =
        @convention(c) (Int, Int, nj_operand, nj_operand, UnsafeMutablePointer<Float>?) -> Void

    /// Applies a kernel to both tensors under their common shape.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    func combined(
        with other: Tensor, _ operation: String, _ kernel: ElementwiseKernel
    ) throws(TensorError) -> Tensor {
        let axes = try StridedAxes.broadcasting(shape, other.shape, operation: operation)
        let result = try Tensor(uninitialized: axes.shape)
        axes.forEachBlock { block in
            let x = nj_operand(
                start: pointer + block.left, row_stride: block.leftStrides.row,
                column_stride: block.leftStrides.column)
            let y = nj_operand(
                start: other.pointer + block.right, row_stride: block.rightStrides.row,
                column_stride: block.rightStrides.column)
            kernel(block.rows, block.columns, x, y, result.pointer + block.out)
        }
        withExtendedLifetime((self, other)) {}
        return result
    }
}
