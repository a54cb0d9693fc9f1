// The stores of runs that a session has open.

import LuaHost
import NightjarRuntime
import NightjarTraining

/// Stores by folder, opened when first needed.
final class RunStores {
    private var stores: [String: RunStore] = [:]

    /// Creates a session's stores: none yet.
    init() {}

    /// Ends what a session leaves that was given up without a word.
    deinit {
        for store in stores.values {
            try? store.finishAll(.killed)
            store.release()
        }
    }

    /// The store in a folder.
    ///
    /// - Throws: `RunStoreError`, or `FileError` when the folder cannot be made.
    func store(in folder: String, makes: Bool) throws -> RunStore {
        // A folder that was removed since is looked at anew.
        if let known = stores[folder], known.isThere { return known }
        stores[folder]?.release()
        let store = try RunStore(folder: folder, makes: makes)
        stores[folder] = store
        return store
    }

    /// Ends the runs that the session still records, and says in `notice` what could not be written.
    func finishAll(_ status: RunStatus, notice: (String) -> Void) {
        for store in stores.values {
            do { try store.finishAll(status) } catch { notice("a run was not ended: \(error)") }
        }
    }
}

extension Call {
    /// The store that the option `store` names, or the usual one.
    ///
    /// - Throws: `LuaError` for a folder that the level forbids, `RunStoreError`, `FileError`.
    func runStore(makes: Bool = false) throws -> RunStore {
        let folder = try checked(path: string(ifGiven: "store") ?? RunStore.usualFolder)
        return try state.attached(RunStores.self).store(in: folder, makes: makes)
    }
}

extension Parameter {
    /// The folder of a store; read with ``Call/runStore(makes:)``.
    static let runStore = Parameter.string(
        "store", optional: true,
        "folder of the store; else what NIGHTJAR_RUNS in the environment names, or runs")
}
