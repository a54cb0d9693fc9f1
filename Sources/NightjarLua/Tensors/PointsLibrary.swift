// nj.points.

import LuaHost
import NightjarTensor

/// Declares `nj.points`.
enum PointsLibrary {
    static let library = Library(
        modules: [
            Module(
                "nj.points",
                summary: "Points as rows of a matrix: distances, neighbours, clusters, transport.")
        ],
        functions: [distances, neighbours, kMeans, sinkhorn])

    private static let metric = LuaHost.Parameter.choice(
        "distance", PointDistance.self, default: .euclidean,
        "what is called distance; cosine is 1 - cos, dot the negative inner product")

    static let distances = Function(
        "distances", on: "nj.points", summary: "Gives the distances of all points of two sets.",
        positional: [
            .operand("a", "one point in each row"), .operand("b", "one point in each row"),
        ], options: [metric],
        returns: .object(Tensor.self, "shape: points of a x points of b"),
        example: "nj.points.distances(x, y, { distance = \"cosine\" })"
    ) { call in
        try call.operand("a").distances(
            to: call.operand("b"), by: call.choice("distance", as: PointDistance.self))
    }

    static let neighbours = Function(
        "neighbours", on: "nj.points", summary: "Finds the nearest points of each query, exactly.",
        details: "Ties go to the earlier point.",
        positional: [
            .operand("queries", "one point in each row"),
            .operand("points", "where neighbours are looked for, one point in each row"),
        ],
        options: [.integer("k", default: 10, in: 1..., "how many, at most all"), metric],
        returns: .several(
            (.object(Tensor.self), "distances, ascending; shape: queries x k"),
            (.list(.list(.integer)), "positions of the points for each query, from 1")),
        example: "near, which = nj.points.neighbours(x, y, { k = 2 })"
    ) { call in
        let found = try call.operand("queries").nearestNeighbours(
            call.integer("k"), among: call.operand("points"),
            by: call.choice("distance", as: PointDistance.self))
        return LuaResults(found.distances, try NestedList(found.positions))
    }

    static let kMeans = Function(
        "kmeans", on: "nj.points", summary: "Clusters points around k means.",
        details: """
            Lloyd's rounds from centres drawn by k-means++ (Arthur and Vassilvitskii, SODA 2007). A \
            cluster that loses all points begins anew at the point farthest from its centre.
            """,
        positional: [.operand("points", "one point in each row")],
        options: [
            .integer("k", in: 1..., "number of clusters"),
            .integer("seed", default: 1, in: 0..., "seed of the first centres"),
            .integer("rounds", default: 100, in: 1...1_000_000, "the most rounds"),
        ],
        returns: .table(
            [
                .init("centres", .object(Tensor.self), "k x d: the means"),
                .init("assignments", .list(.integer), "cluster of each point, from 1"),
                .init("inertia", .number, "sum of squared distances from the centres"),
                .init("rounds", .integer, "rounds done"),
                .init("converged", .boolean, "whether the last round changed nothing"),
            ], "the clusters"),
        example: "nj.points.kmeans({ { 0 }, { 1 }, { 9 } }, { k = 2 }).assignments"
    ) { call in
        let found = try call.operand("points").kMeans(
            call.integer("k"), seed: UInt64(call.integer("seed")), atMost: call.integer("rounds"))
        return LuaRecord([
            "centres": found.centres, "assignments": fromOne(found.assignments),
            "inertia": found.inertia, "rounds": found.rounds, "converged": found.hasConverged,
        ])
    }

    static let sinkhorn = Function(
        "sinkhorn", on: "nj.points",
        summary: "Moves one distribution onto another at least cost, blurred by epsilon.",
        details: """
            Entropic optimal transport (Cuturi, NeurIPS 2013) in the logarithmic domain. The \
            potentials say how the cost would change with the weight of a source or target.
            """,
        positional: [.operand("cost", "sources x targets: the cost of moving a unit")],
        options: [
            .number("epsilon", default: 1e-3, in: .above(0), "the blur, in units of the cost"),
            .integer("rounds", default: 1000, in: 1...1_000_000, "the most rounds"),
            .number("tolerance", default: 1e-3, in: 0.0..., "error at which it stops"),
            .list(
                "sources", of: .number, optional: true, "weights of the sources; equal if left out"),
            .list(
                "targets", of: .number, optional: true, "weights of the targets; equal if left out"),
        ],
        returns: .table(
            [
                .init("cost", .number, "what the plan costs"),
                .init("dual", .number, "the dual objective"),
                .init("f", .object(Tensor.self), "potential of each source"),
                .init("g", .object(Tensor.self), "potential of each target"),
                .init("rounds", .integer, "rounds at the final epsilon"),
                .init("error", .number, "what is missing or too much at the targets, as a share"),
                .init("converged", .boolean, "whether the error fell below the tolerance"),
            ], "the transport"),
        example: "nj.points.sinkhorn(nj.points.distances(x, y), { epsilon = 0.01 }).cost"
    ) { call in
        var options = TransportOptions(
            epsilon: try call.number("epsilon"), rounds: try call.integer("rounds"),
            tolerance: try call.number("tolerance"))
        if try call.has("sources") { options.sourceWeights = try call.numbers("sources") }
        if try call.has("targets") { options.targetWeights = try call.numbers("targets") }
        let found = try call.operand("cost").optimalTransport(options)
        return LuaRecord([
            "cost": found.cost, "dual": found.dual, "f": found.sourcePotential,
            "g": found.targetPotential, "rounds": found.rounds, "error": found.error,
            "converged": found.hasConverged,
        ])
    }
}
