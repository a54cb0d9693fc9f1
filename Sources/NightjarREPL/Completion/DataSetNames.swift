// The data sets that can be opened by name.

import LuaHost
import NightjarData

/// Names for `nj.data.open`.
enum DataSetNames {
    /// Known data sets, and those in the folders where data is looked for.
    static func candidates(_ state: LuaState) -> [Candidate] {
        let catalogue = (try? state.attached(Catalogue.self)) ?? Catalogue.ofEnvironment()
        return catalogue.list().map { Candidate($0.name, summary: $0.dataSet?.summary ?? "") }
    }
}
