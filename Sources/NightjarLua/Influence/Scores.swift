// nj.InfluenceScores and nj.InfluenceMatrix: what influence runs give.

import LuaHost
import NightjarInfluence
import NightjarTensor

extension InfluenceScores: LuaObject {
    static let declaration = Class(
        "nj.InfluenceScores", of: InfluenceScores.self,
        summary: "One influence score for each training example.",
        properties: [
            Property("meaning", .string, "what was asked, in words") {
                (scores: InfluenceScores) in scores.meaning
            },
            Property("method", .string, "the method's name in the literature") {
                (scores: InfluenceScores) in scores.provenance.method
            },
            Property("settings", .list(.string), "the method's settings") {
                (scores: InfluenceScores) in scores.provenance.settings
            },
            Property("is_partial", .boolean, "whether the run was stopped before its end") {
                (scores: InfluenceScores) in scores.isPartial
            },
            Property("checkpoints", .list(.string), "checkpoints that contributed") {
                (scores: InfluenceScores) in scores.provenance.checkpoints
            },
        ])

    private static let count = Parameter.integer("count", in: 0..., "how many")

    static let functions = [
        Function(
            "lowest", on: "nj.InfluenceScores",
            summary: "Gives the positions of the smallest scores, smallest first: opponents.",
            details: "Ties go to the earlier example.", positional: [count],
            returns: .list(of: .integer, "positions of training examples, from 1"),
            example: "att:total(valid):lowest(500)"
        ) { call in
            try call.receiver(InfluenceScores.self).lowest(call.integer("count")).map { $0 + 1 }
        },
        Function(
            "highest", on: "nj.InfluenceScores",
            summary: "Gives the positions of the largest scores, largest first: proponents.",
            details: "Ties go to the earlier example.", positional: [count],
            returns: .list(of: .integer, "positions of training examples, from 1")
        ) { call in
            try call.receiver(InfluenceScores.self).highest(call.integer("count")).map { $0 + 1 }
        },
        Function(
            "values", on: "nj.InfluenceScores", summary: "Gives all scores as a Lua list.",
            returns: .list(of: .number, "one score for each training example")
        ) { call in try call.receiver(InfluenceScores.self).values },
        Function(
            "tensor", on: "nj.InfluenceScores", summary: "Gives all scores as a tensor.",
            returns: .object(Tensor.self, "shape: training examples")
        ) { call in try Tensor(call.receiver(InfluenceScores.self).values) },
        Function(
            "__len", on: "nj.InfluenceScores", summary: "Counts the scores.",
            returns: .integer("number of training examples")
        ) { call in try call.receiver(InfluenceScores.self).values.count },
        Function(
            "__tostring", on: "nj.InfluenceScores",
            summary: "Says what the scores are and what their sign means.",
            returns: .string("two lines")
        ) { call in
            let scores = try call.receiver(InfluenceScores.self)
            let part = scores.isPartial ? ", stopped early" : ""
            return """
                InfluenceScores: \(scores.values.count) training examples, \(scores.meaning), by \
                \(scores.provenance)\(part)
                \(scores.provenance.sign.words)
                """
        },
    ]
}

extension InfluenceMatrix: LuaObject {
    /// Bytes of the scores.
    public var nativeBytes: Int { 4 * scores.count }

    static let declaration = Class(
        "nj.InfluenceMatrix", of: InfluenceMatrix.self,
        summary: "One influence score for each pair of a training example and a target.",
        properties: [
            Property("complete_rows", .integer, "training examples that were reached") {
                (matrix: InfluenceMatrix) in matrix.completeRows
            },
            Property("is_partial", .boolean, "whether the run was stopped before its end") {
                (matrix: InfluenceMatrix) in matrix.isPartial
            },
            Property("method", .string, "the method's name in the literature") {
                (matrix: InfluenceMatrix) in matrix.provenance.method
            },
            Property("settings", .list(.string), "the method's settings") {
                (matrix: InfluenceMatrix) in matrix.provenance.settings
            },
            Property("checkpoints", .list(.string), "checkpoints that contributed") {
                (matrix: InfluenceMatrix) in matrix.provenance.checkpoints
            },
        ])

    static let functions = [
        Function(
            "tensor", on: "nj.InfluenceMatrix", summary: "Gives the scores as a tensor.",
            returns: .object(Tensor.self, "shape: training examples x targets"),
            example: "nj.save(\"scores.npy\", att:scores(test):tensor())"
        ) { call in try call.receiver(InfluenceMatrix.self).scores },
        Function(
            "__tostring", on: "nj.InfluenceMatrix",
            summary: "Says what the scores are and what their sign means.",
            returns: .string("two lines")
        ) { call in
            let matrix = try call.receiver(InfluenceMatrix.self)
            let part = matrix.isPartial ? ", \(matrix.completeRows) rows complete" : ""
            let sizes = matrix.scores.shape
            return """
                InfluenceMatrix: \(sizes[0]) training examples x \(sizes[1]) targets, by \
                \(matrix.provenance)\(part)
                \(matrix.provenance.sign.words)
                """
        },
    ]
}
