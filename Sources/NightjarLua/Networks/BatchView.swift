// What a model's Lua functions see of a batch.

import LuaHost
import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Item numbers of a pass, in the shape of their positions; 0 is padding.
final class BatchIds: LuaObject, CustomStringConvertible {
    let pass: ForwardPass
    let ids: [Int32]
    let shape: [Int]

    init(_ ids: [Int32], shape: [Int], in pass: ForwardPass) {
        self.ids = ids
        self.shape = shape
        self.pass = pass
    }

    var nativeBytes: Int { 4 * ids.count }
    var description: String { "Ids " + shape.map(String.init).joined(separator: "x") }
}

/// A batch as `forward` and `loss` get it.
final class BatchView: LuaObject, CustomStringConvertible {
    let batch: Batch
    let pass: ForwardPass
    private let items: Int

    init(_ batch: Batch, items: Int, in pass: ForwardPass) {
        self.batch = batch
        self.items = items
        self.pass = pass
    }

    var description: String { "Batch: \(batch.examples) examples, histories of \(batch.steps)" }

    /// The histories, shape `[B, T]`.
    var ids: BatchIds {
        let (examples, steps) = (batch.examples, batch.steps)
        let ids = [Int32](unsafeUninitializedCapacity: batch.ids.count) { buffer, filled in
            for example in 0..<examples {
                for step in 0..<steps {
                    buffer[example * steps + step] = batch.ids[step * examples + example]
                }
            }
            filled = batch.ids.count
        }
        return BatchIds(ids, shape: [examples, steps], in: pass)
    }

    /// The items that followed, shape `[B]`.
    var targets: BatchIds { BatchIds(batch.targets, shape: [batch.examples], in: pass) }

    /// 1 where a history has an item and 0 where it is padded, shape `[B, T]`.
    func mask() throws -> PassVariable {
        let ids = ids
        return try pass.constant(Tensor(ids.ids.map { $0 == 0 ? 0 : 1 }, shape: ids.shape))
    }

    /// `count` random items for each example that are not its target, shape `[B, count]`.
    ///
    /// While training, each step draws anew. Otherwise an example's items follow from its history
    /// and target alone, so its loss does not depend on what else is in the batch.
    func negatives(_ count: Int) throws -> BatchIds {
        guard items > 1 else {
            throw LuaError(
                "a model of one item has no other to draw. Give it the items of the log.")
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: batch.examples)
        guard !overflow, total <= Int(Int32.max) else {
            throw TensorError.outOfMemory(bytes: .max)
        }
        var ids: [Int32] = []
        ids.reserveCapacity(total)
        for example in 0..<batch.examples {
            var own = pass.tape.noise == nil ? ownStream(of: example) : nil
            let target = Int(batch.targets[example])
            for _ in 0..<count {
                let drawn =
                    1 + (own?.below(items - 1) ?? pass.tape.noise?.below(items - 1) ?? 0)
                ids.append(Int32(drawn < target || target == 0 ? drawn : drawn + 1))
            }
        }
        return BatchIds(ids, shape: [batch.examples, count], in: pass)
    }

    private func ownStream(of example: Int) -> RandomStream {
        let history = stride(from: example, to: batch.ids.count, by: batch.examples)
            .map { batch.ids[$0] }
        let text = history.filter { $0 != 0 }.map(String.init).joined(separator: " ")
        return RandomStream(seed: UInt64(bitPattern: Int64(batch.targets[example])), text)
    }
}
