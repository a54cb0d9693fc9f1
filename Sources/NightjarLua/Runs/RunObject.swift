// A recorded run as scripts hold it.

import LuaHost
import NightjarRuntime
import NightjarTraining

/// A run, with what was read of it.
final class RunObject: LuaObject {
    let run: Run
    /// What a list has read; what has ended does not change but by tags and files.
    private var listed: RunRecord?

    init(_ run: Run, listed: RunRecord? = nil) {
        self.run = run
        self.listed = listed
    }

    /// What is recorded: as it was listed if the run had ended then, else as it is now.
    func record() throws -> RunRecord {
        if let listed, listed.status != .running { return listed }
        return try run.record()
    }

    /// Reads anew after a change.
    func forget() { listed = nil }
}

/// Runs in a list.
final class RunList: LuaObject {
    let store: RunStore
    let records: [RunRecord]
    let columns: [String]

    init(_ store: RunStore, _ records: [RunRecord], columns: [String]) {
        self.store = store
        self.records = records
        self.columns = columns
    }

    /// The run at a place from 1; nothing beyond the ends.
    func run(at place: Int) -> RunObject? {
        guard records.indices.contains(place &- 1) else { return nil }
        let record = records[place - 1]
        return RunObject(store.run(of: record), listed: record)
    }
}

/// Runs side by side.
extension RunComparison: LuaObject {}
