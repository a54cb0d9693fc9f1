// What can be called, from the declarations.

import LuaHost

/// One thing that a script can do with the library: a call, a property, an operator.
struct Target {
    /// What is done.
    enum Kind {
        /// A declared function, method or operator.
        case function(Function)
        /// A property of the objects of a class.
        case property(String, of: String)
        /// An expression that any script can write about an object of a class; `$o` stands for the
        /// object and `$v` for any value.
        case expression(String, of: String)
        /// A function that no declaration tells of, by an expression.
        case found(String)
    }

    let kind: Kind
    /// The name in reports.
    let name: String

    /// Whether some call of it must succeed, as the library declares it.
    var isDeclared: Bool {
        switch kind {
        case .function, .property: true
        case .expression, .found: false
        }
    }

    /// Everything that a library makes possible: first what it declares.
    static func all(of library: Library) -> [Target] {
        let functions = library.functions.map {
            Target(kind: .function($0), name: $0.qualifiedName)
        }
        let properties = library.classes.flatMap { item in
            item.properties.map {
                Target(kind: .property($0.name, of: item.name), name: "\(item.name).\($0.name)")
            }
        }
        let others = library.classes.flatMap { item in
            expressions.map {
                Target(kind: .expression($0, of: item.name), name: "\(item.name): \($0)")
            }
        }
        return functions + properties + others
    }

    /// Every metamethod, whether the class has it or not, and what else takes an object.
    private static let expressions = [
        "$o + $v", "$v - $o", "$o * $o", "$o / $v", "$v % $o", "$o // $v", "$o ^ $v", "-$o", "~$o",
        "$o & $v", "$v | $o", "$o ~ $o", "$o << $v", "$v >> $o", "$o .. $v", "$v .. $o", "#$o",
        "$o == $v", "$o == $o", "$o < $v", "$o <= $o", "$o[$v]", "set($o, $v, $v)", "$o($v)",
        "$o($v, $v)", "$o()", "tostring($o)", "each($o)", "close($o)", "getmetatable($o)",
        "setmetatable($o, {})", "rawlen($o)", "rawequal($o, $v)", "next($o)", "ipairs($o)",
        "string.format('%s %5.3s', $o, $o)", "table.concat({ $o }, $v)", "table.unpack($o)",
        "table.sort({ $o, $o, $v })", "setmetatable({}, { __index = $o })[$v]",
        "setmetatable({}, { __gc = $o, __close = $o, __call = $o })($v)", "$o.no_such_field",
        "collectgarbage()",
    ]
}
