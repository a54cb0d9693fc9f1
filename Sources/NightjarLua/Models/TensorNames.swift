// What `:tensor("` of an object can be asked for.

import LuaHost
import NightjarTraining

/// Names of the tensors inside checkpoints and models, which completion shows.
public enum TensorNames {
    /// The names that the method `tensor` of an object takes, those usually meant first.
    public static func of(_ handle: LuaHandle) -> [String] {
        if let checkpoint = handle.value(as: Checkpoint.self) {
            // The model's own need no prefix.
            let model = "model/"
            let names = checkpoint.tensorNames
            return names.filter { $0.hasPrefix(model) }.map { String($0.dropFirst(model.count)) }
                + names.filter { !$0.hasPrefix(model) }
        }
        guard case .trained(let model)? = handle.value(as: ModelObject.self)?.kind else {
            return []
        }
        return model.parameters.map(\.name)
    }
}
