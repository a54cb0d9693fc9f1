// The gradient of a whole batch from the factors of its examples.

extension ParameterUse {
    /// The sum of the gradients of all examples.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func summed() throws(TensorError) -> SummedGradient {
        switch self {
        case .linear(let parameter, let inputs, let deltas, _):
            let rows =
                switch inputs {
                case .rows(let tensor): tensor
                case .gathered(let table, let ids): try table.gatheringRows(ids)
                }
            let sum = try OuterProductSum.of(deltas, rows)
            return .dense(try sum.reshaped(parameter.value.shape))
        case .gather(_, let ids, let deltas, _):
            let groups = RowGroups(ids)
            return .rows(groups.ids, try groups.sum(deltas))
        case .direct(let parameter, let deltas, _):
            return .dense(try deltas.columnSums().reshaped(parameter.value.shape))
        }
    }
}
