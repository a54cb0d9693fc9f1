// The data sets that can be opened by name.

import LuaHost
import NightjarData

/// Names for `nj.data.open`.
enum DataSetNames {
    /// Data sets that are made, known ones, and those in the folders where data is looked for.
    static func candidates(_ state: LuaState) -> [Candidate] {
        let catalogue = (try? state.attached(Catalogue.self)) ?? Catalogue.ofEnvironment()
        return GeneratedDataSet.allCases.map { Candidate($0.rawValue, summary: $0.summary) }
            + catalogue.list().map { Candidate($0.name, summary: $0.dataSet?.summary ?? "") }
    }
}
