// nj.Explanation: proponents and opponents of one prediction.

import LuaHost
import NightjarInfluence

extension Explanation: LuaObject {
    private static let fields: [LuaType.Field] = [
        .init("example", .integer, "its position among the training examples, from 1"),
        .init("score", .number, "its influence"),
        .init("items", .integer, "items that it asks for: 1, or all of a sequence"),
        .init("title", .string, "title of the item that it asks for, or of the last one"),
        .init(
            "after", .string, "title of the last item of its history, or of a sequence's first"),
        .init("user", .string, "original id of its user"),
        .init("day", .string, "day of the interaction"),
    ]

    static let declaration = Class(
        "nj.Explanation", of: Explanation.self,
        summary: "The training examples that helped and hurt one prediction most.",
        properties: [
            Property("proponents", .list(.table(fields)), "what helped, most first") {
                (explanation: Explanation) in LuaList(explanation.proponents.map(record))
            },
            Property("opponents", .list(.table(fields)), "what harmed, most first") {
                (explanation: Explanation) in LuaList(explanation.opponents.map(record))
            },
        ])

    static let functions = [
        Function(
            "__tostring", on: "nj.Explanation", summary: "Lists both sides with titles.",
            returns: .string("several lines")
        ) { call in try call.receiver(Explanation.self).description }
    ]

    private static func record(_ line: Line) -> LuaRecord {
        LuaRecord([
            "example": line.example + 1, "score": line.score, "items": line.items,
            "title": line.title, "after": line.after, "user": line.user, "day": line.day,
        ])
    }
}
