// nj.plot.

import LuaHost
import NightjarRuntime

/// Declares `nj.plot`.
enum PlotLibrary {
    static let library = Library(
        modules: [Module("nj.plot", summary: "Pictures in files, by the program gnuplot.")],
        functions: [lines, intervals])

    private static let file = Parameter.string(
        "file", "where it goes; its ending .svg, .png or .pdf is the format")

    private static let frame: [Parameter] = [
        .string("title", default: "", "text above the picture"),
        .string("x", default: "", "what goes to the right"),
        .string("y", default: "", "what goes up"),
    ]

    private static let columns: [LuaType.Field] = [
        .init("name", .string, "its name in the legend"),
        .init("x", .list(.number), "where its points are"),
        .init("y", .list(.number), "how high"),
        .init("low", .list(.number), "lower end of a band around it, if it has one"),
        .init("high", .list(.number), "upper end of the band"),
    ]

    static let lines = Function(
        "lines", on: "nj.plot", summary: "Draws curves, with bands around them where given.",
        positional: [
            file, .list("curves", of: .table(columns), "one table for each curve"),
        ], options: frame,
        example: #"nj.plot.lines("loss.svg", { { name = "a", x = { 1, 2 }, y = { 5.1, 4.2 } } })"#
    ) { call in
        let curves = try call.table("curves").values().enumerated().map { place, value in
            guard case .table(let curve) = value else {
                throw LuaError(
                    "curves[\(place + 1)] is a \(value.typeName). Give a table with name, x and y.")
            }
            func column(_ name: String) throws -> [Double] {
                guard case .table(let list) = try curve.get(name) else { return [] }
                return try list.numbers()
            }
            return try Gnuplot.Curve(
                name: curve.get("name").text ?? "\(place + 1)", x: column("x"), y: column("y"),
                low: column("low"), high: column("high"))
        }
        try Gnuplot.draw(curves, call.frame(), to: call.path("file"))
        return nil
    }

    static let intervals = Function(
        "intervals", on: "nj.plot",
        summary: "Draws values with their intervals, one below the other, and a line at 0.",
        positional: [file],
        options: [
            .list("names", of: .string, "what each is"),
            .list("values", of: .number, "each value"),
            .list("low", of: .number, "lower end of each interval"),
            .list("high", of: .number, "upper end of each interval"),
        ] + frame,
        example:
            #"nj.plot.intervals("d.svg", { names = { "a" }, values = { 1 }, low = { 0 }, high = { 2 } })"#
    ) { call in
        try Gnuplot.draw(
            intervals: call.strings("names"), values: call.numbers("values"),
            low: call.numbers("low"), high: call.numbers("high"), call.frame(),
            to: call.path("file"))
        return nil
    }
}

extension Call {
    /// The texts around a picture.
    fileprivate func frame() throws -> Gnuplot.Frame {
        var frame = Gnuplot.Frame()
        (frame.title, frame.x, frame.y) = (try string("title"), try string("x"), try string("y"))
        return frame
    }
}
