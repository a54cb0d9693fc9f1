// The data sets that can be opened by name.

import NightjarData

/// Names for `nj.data.open`.
enum DataSetNames {
    /// Known data sets, and the folders that `NIGHTJAR_DATA` names.
    static var candidates: [Candidate] {
        Catalogue.ofEnvironment().list().map {
            Candidate($0.name, summary: $0.dataSet?.summary ?? "")
        }
    }
}
