// The order of the reference pages.

import LuaHost

/// A module or class with everything in it, as reference pages of every form show it.
struct ReferenceSection {
    /// What is read without a call: a constant of a module, a property of objects.
    struct Member {
        /// As scripts write it.
        let name: String
        let type: LuaType
        let summary: String
    }

    let name: String
    let summary: String
    /// Paragraphs, between which lines are empty; those that are indented are code, and
    /// lines that begin with a dash a list.
    let text: String
    /// What its members are called.
    let memberKind: String
    let members: [Member]
    let functions: [Function]

    /// The sections of a library: modules, then classes, each in the order of declaration, then
    /// modules written in Lua.
    static func all(of library: Library, _ pages: [LuaModulePage]) -> [ReferenceSection] {
        let modules = library.modules.map { module in
            ReferenceSection(
                name: module.name, summary: module.summary, text: module.summary,
                memberKind: "Constant",
                members: module.constants.map {
                    Member(name: "\(module.name).\($0.name)", type: $0.type, summary: $0.summary)
                },
                functions: library.functions(of: module.name))
        }
        let classes = library.classes.map { item in
            ReferenceSection(
                name: item.name, summary: item.summary, text: item.summary, memberKind: "Property",
                members: item.properties.map {
                    Member(name: $0.name, type: $0.type, summary: $0.summary)
                },
                functions: library.functions(of: item.name))
        }
        let written = pages.map { page in
            ReferenceSection(
                name: page.name, summary: page.summary, text: page.text, memberKind: "",
                members: [], functions: [])
        }
        return modules + classes + written
    }
}
