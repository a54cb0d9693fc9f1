// The Lua modules that `require` would find.

import LuaHost

/// Looks for modules along `package.path`.
struct LuaModules {
    private let state: LuaState

    init(_ state: LuaState) { self.state = state }

    /// Names of modules, and of folders with a dot behind, that start with `written`.
    func names(startingWith written: String) -> [String] {
        let parent = written.lastIndex(of: ".").map { String(written[...$0]) } ?? ""
        let folder = parent.map { $0 == "." ? "/" : String($0) }.joined()
        var names: Set<String> = []
        for template in templates {
            guard let mark = template.firstIndex(of: "?") else { continue }
            let base = String(template[..<mark]) + folder
            let ending = template[template.index(after: mark)...]
            for entry in FilePaths.entries(of: base.isEmpty ? "." : base) {
                guard !entry.name.hasPrefix("."), entry.name != "init.lua" else { continue }
                if entry.isFolder {
                    names.insert(parent + entry.name + ".")
                } else if entry.name.hasSuffix(ending), !ending.contains("/") {
                    names.insert(parent + entry.name.dropLast(ending.count))
                }
            }
        }
        return names.filter { $0.hasPrefix(written) }.sorted()
    }

    /// Last parts of the names of modules directly inside another.
    func inside(_ module: String, startingWith written: String) -> [String] {
        names(startingWith: "\(module).\(written)").filter { !$0.hasSuffix(".") }
            .map { String($0.dropFirst(module.count + 1)) }
    }

    private var templates: [String] {
        guard case .table(let package)? = try? state.globals.get("package"),
            let path = try? package.get("path").text
        else { return [] }
        return path.split(separator: ";").map(String.init)
    }
}
