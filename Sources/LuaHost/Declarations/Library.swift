// All declarations of a state together.

/// Modules, classes and functions that are made known to Lua together.
public struct Library: Sendable {
    /// The modules.
    public private(set) var modules: [Module]
    /// The classes.
    public private(set) var classes: [Class]
    /// The functions and methods of both.
    public private(set) var functions: [Function]

    /// Collects declarations.
    public init(modules: [Module] = [], classes: [Class] = [], functions: [Function] = []) {
        self.modules = modules
        self.classes = classes
        self.functions = functions + classes.compactMap(\.free)
    }

    /// Adds the declarations of another library.
    public mutating func add(_ other: Library) {
        modules += other.modules
        classes += other.classes
        functions += other.functions
    }

    /// The functions and methods of one owner, in the order of their declaration.
    public func functions(of owner: String) -> [Function] { functions.filter { $0.owner == owner } }

    /// The function called `name` with its owner: `nj.data.open` or `nj.Tensor:sum`.
    public func function(_ name: String) -> Function? {
        functions.first { $0.qualifiedName == name }
    }

    /// The class called `name`.
    public func declaredClass(_ name: String) -> Class? { classes.first { $0.name == name } }

    /// The module called `name`.
    public func module(_ name: String) -> Module? { modules.first { $0.name == name } }

    /// The name of the class declared for a Swift type, or the name of the type if there is none.
    public func className(_ type: LuaType.ObjectType) -> String {
        classes.first { $0.type.id == type.id }?.name ?? type.swiftName
    }

    /// The last parts of all names that a script can write.
    var names: [String] {
        functions.map(\.name) + classes.flatMap { $0.properties.map(\.name) }
            + modules.flatMap { $0.constants.map(\.name) }
            + modules.compactMap { $0.name.split(separator: ".").last.map(String.init) }
    }

    /// What is wrong or not documented, one sentence each; empty for a library fit to ship.
    public func problems() -> [String] {
        var problems: [String] = []
        func check(_ condition: Bool, _ problem: @autoclosure () -> String) {
            if !condition { problems.append(problem()) }
        }
        let owners = Set(modules.map(\.name) + classes.map(\.name))
        for module in modules {
            check(!module.summary.isEmpty, "module \(module.name) has no summary")
            check(
                !Self.endsInCapital(module.name),
                "module \(module.name) starts with a capital, as only classes do")
            for constant in module.constants {
                check(
                    !constant.summary.isEmpty,
                    "constant \(module.name).\(constant.name): no summary")
            }
        }
        for item in classes {
            check(!item.summary.isEmpty, "class \(item.name) has no summary")
            check(
                Self.endsInCapital(item.name),
                "class \(item.name) starts without a capital, as modules do")
            for property in item.properties {
                check(
                    !property.summary.isEmpty, "property \(item.name).\(property.name): no summary")
            }
        }
        for (name, count) in Self.counts(modules.map(\.name) + classes.map(\.name)) {
            check(count == 1, "\(name) is declared \(count) times")
        }
        for (name, count) in Self.counts(functions.map(\.qualifiedName)) {
            check(count == 1, "\(name) is declared \(count) times")
        }
        for function in functions {
            let name = function.qualifiedName
            check(owners.contains(function.owner), "\(name): no class or module of that name")
            check(!function.summary.isEmpty, "\(name) has no summary")
            check(function.positional.count <= 2, "\(name) has more than two positional arguments")
            for value in function.returns.values {
                check(!value.summary.isEmpty, "\(name): a result has no description")
                problems += value.type.undocumentedFields(of: "\(name), result")
            }
            problems += function.parameterProblems()
        }
        return problems
    }

    private static func endsInCapital(_ name: String) -> Bool {
        name.split(separator: ".").last?.first?.isUppercase ?? false
    }

    private static func counts(_ names: [String]) -> [(key: String, value: Int)] {
        Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
    }
}

extension Function {
    fileprivate func parameterProblems() -> [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for parameter in positional + options {
            let name = "\(qualifiedName), argument '\(parameter.name)'"
            if parameter.summary.isEmpty { problems.append("\(name): no description") }
            if !seen.insert(parameter.name).inserted { problems.append("\(name): declared twice") }
            if !parameter.defaultFits { problems.append("\(name): the default is not allowed") }
            problems += parameter.type.undocumentedFields(of: name)
        }
        return problems
    }
}

extension LuaType {
    /// One sentence for each field without a description, also in tables inside tables.
    fileprivate func undocumentedFields(of owner: String) -> [String] {
        switch self {
        case .table(let fields):
            fields.filter(\.summary.isEmpty).map { "\(owner), field '\($0.name)': no description" }
                + fields.flatMap { $0.type.undocumentedFields(of: owner) }
        case .list(let element): element.undocumentedFields(of: owner)
        case .either(let types): types.flatMap { $0.undocumentedFields(of: owner) }
        default: []
        }
    }
}

extension Parameter {
    /// Whether the default is a value that a script could give.
    fileprivate var defaultFits: Bool {
        switch (type, defaultValue) {
        case (_, nil): true
        case (.integer(let limits), .integer(let value)): limits.contains(value)
        case (.number(let limits, let allowsNaN), .number(let value)):
            value.isNaN ? allowsNaN : limits.contains(value)
        case (.choice(let choices), .string(let value)): choices.contains(value)
        case (.boolean, .boolean), (.string, .string), (.either, _): true
        default: false
        }
    }
}
