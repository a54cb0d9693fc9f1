import Testing

@testable import NightjarLua

@Suite("nj.checkpoint")
struct CheckpointBindingTests {
    private func trained() throws -> RingWorld {
        let world = try RingWorld()
        _ = try world.run(
            """
            options = { epochs = 3, batch = 16, lr = 0.02, seed = 4,
                        checkpoint = { dir = folder .. "/run", epochs = { 0, 2 }, best = true } }
            net = nj.models.lstm{ items = 9, dim = 3, hidden = 4, frozen_embeddings = true }
            run = nj.fit(net, train, options)
            """)
        return world
    }

    @Test("lists the checkpoints of a folder in their order")
    func list() throws {
        let world = try trained()
        let text = try world.run(
            """
            local lines = {}
            for i, file in ipairs(nj.checkpoint.list(folder .. "/run")) do
              lines[i] = file.path:match "[^/]+$" .. " " .. file.epoch .. " " .. file.kind
            end
            local first = nj.checkpoint.list(folder .. "/run")[1]
            return table.concat(lines, ", "), first.loss, first.options.hidden
            """)
        #expect(
            text
                == "epoch-0000.safetensors 0 lstm, epoch-0002.safetensors 2 lstm,"
                + " best.safetensors 3 lstm, last.safetensors 3 lstm nil 4")
        #expect(world.script.failure("nj.checkpoint.list(folder .. '/none')") != nil)
    }

    @Test("compares two checkpoints by parameter, with figures that tensors confirm")
    func compare() throws {
        let world = try trained()
        let text = try world.run(
            """
            local a, b = run.checkpoints[1], nj.checkpoint.open(run.checkpoints[2])
            local found = nj.checkpoint.compare(a, b)
            local rows, worst, squares = found:rows(), 0, 0
            for _, row in ipairs(rows) do
              local x, y = nj.checkpoint.open(a):tensor(row.name), b:tensor(row.name)
              worst = math.max(worst, math.abs((y - x):norm() - row.difference),
                math.abs(x:norm() - row.norm), math.abs(y:norm() - row.norm_after),
                math.abs((y - x):abs():max() - row.largest_change))
              squares = squares + row.difference ^ 2
            end
            local frozen = rows[1].name .. " " .. rows[1].difference
            return #rows, worst < 1e-6, math.abs(squares ^ 0.5 - found.difference) < 1e-9, frozen,
              #found.unmatched, nj.checkpoint.compare(a, a).difference
            """)
        #expect(text == "7 true true embedding.weight 0.0 0 0.0")
        let table = try world.run("return nj.checkpoint.compare(table.unpack(run.checkpoints))")
        #expect(table.contains("parameter") && table.contains("\nall "))
        #expect(table.contains("lstm.weight_hh"))
    }

    @Test("names parameters that only one of them has")
    func otherModel() throws {
        let world = try trained()
        #expect(
            try world.run(
                RingWorld.pooling + """
                    local other = nj.fit(Pooling{ items = 9 }, train, { epochs = 1,
                      checkpoint = { dir = folder .. "/other", every = 1 } })
                    local found = nj.checkpoint.compare(run.checkpoints[1], other.checkpoints[1])
                    local both = {}
                    for _, row in ipairs(found:rows()) do both[#both + 1] = row.name end
                    return table.concat(both, " "), #found.unmatched > 5
                    """) == "output.bias true")
    }

    @Test("rebuilds a model that goes on training to the same bytes")
    func goOn() throws {
        let world = try trained()
        #expect(
            try world.run(
                """
                local middle = run.checkpoints[2]
                local rebuilt = nj.checkpoint.open(middle):model()
                options.resume, options.checkpoint = middle, { dir = folder .. "/again" }
                nj.fit(rebuilt, train, options)
                return bytes(folder .. "/again/last.safetensors")
                  == bytes(folder .. "/run/last.safetensors")
                """) == "true")
    }
}
