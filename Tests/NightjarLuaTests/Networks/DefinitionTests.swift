import Foundation
import Testing

@testable import NightjarLua

@Suite("nj.nn.model")
struct DefinitionTests {
    static let refused = [
        Refusal(
            "Pooling{ items = 9, dmi = 3 }",
            "unknown option 'dmi' to 'attentive_pooling' (did you mean 'dim'?); it takes dim, dropout, length, items, seed"
        ),
        Refusal(
            "Pooling{}",
            "'attentive_pooling' needs 'items', the number of items, such as items = log.n_items"),
        Refusal(
            "Pooling{ items = 9, dim = 'wide' }",
            "option 'dim' to 'attentive_pooling': integer expected, got string"),
        Refusal("Pooling{ items = 9, seed = -1 }", "option 'seed' must be a whole number from 0"),
        Refusal("Pooling{ items = 9, dropout = 2 }", "bad option 'rate' to 'dropout' (must be"),
        Refusal(
            "nj.nn.model{ name = 'lstm', build = print, forward = print }",
            "'lstm' cannot be the name of a model"),
        Refusal(
            "nj.nn.model{ name = 'a', build = print, forward = print }{ items = 3 }",
            "build of 'a' must return a table of layers, got nil"),
        Refusal(
            "nj.nn.model{ name = 'a', build = function() return {} end, forward = print }{ items = 3 }",
            "'a' has no trainable parameter"),
        Refusal(
            "nj.nn.model{ name = 'a', options = { f = print }, build = print, forward = print }",
            "option 'f' of 'a' cannot be"),
        Refusal("nj.nn.linear{ inputs = 3, outputs = 2 }(3)", "bad argument #1"),
    ]

    @Test("says what is wrong with options", arguments: refused)
    func refusal(_ refusal: Refusal) throws {
        let script = try Script()
        _ = try script.run(RingWorld.pooling)
        let message = try #require(script.failure(refusal.text))
        #expect(message.contains(refusal.message), "\(message)")
    }

    @Test("refuses a layer that is part of another model")
    func sharedLayer() throws {
        let script = try Script()
        let message = script.failure(
            """
            local shared = nj.nn.linear{ inputs = 3, outputs = 4 }
            local Model = nj.nn.model{ name = "model", forward = print,
              build = function() return { output = shared } end }
            Model{ items = 3 }
            Model{ items = 3 }
            """)
        #expect(message?.contains("Make layers inside build") == true)
    }

    @Test("tells what a checkpoint requires whose model is not defined")
    func undefined() throws {
        let world = try RingWorld()
        _ = try world.run(
            RingWorld.pooling + """
                nj.fit(Pooling{ items = 9 }, train, { epochs = 1,
                  checkpoint = { dir = folder .. "/run" } })
                """)
        let fresh = try Script()
        let open = "return nj.checkpoint.open('\(world.folder)/run/last.safetensors')"
        let message = fresh.failure(open + ":model()")
        #expect(
            message
                == "the model 'attentive_pooling' is defined in Lua, and not here yet. Define it with"
                + " nj.nn.model first, as the prompt did that trained it.")
        // Tensors can be read all the same.
        #expect(try fresh.run(open + ":tensor('position').shape[1]") == "5")
        _ = try fresh.run(RingWorld.pooling)
        #expect(
            try fresh.run(open + ":model()")
                == "Model attentive_pooling: dim 4, items 9, length 5, 174 parameters")
    }

    @Test("tells of a definition that has changed, and refuses to resume with it")
    func changed() throws {
        let world = try RingWorld()
        let running = try RunningSession()
        let state = try #require(running.session?.state)
        let text =
            RingWorld.pooling + """
                function options(resume)
                  return { epochs = 2, resume = resume or false,
                           checkpoint = { dir = "\(world.folder)/run", every = 1 } }
                end

                """
        _ = try world.run(text + "nj.fit(Pooling{ items = 9 }, train, options())")
        let file = "\(world.folder)/run/epoch-0001.safetensors"
        let open = "return nj.checkpoint.open('\(file)'):model().kind"
        // Comments and lines are no change.
        _ = try state.run("-- the same\n\n" + text)
        _ = try state.run(open)
        #expect(running.notices == [])
        let other = text.replacing(":tanh()", with: ":sigmoid()")
        _ = try state.run(other)
        _ = try state.run(open)
        #expect(running.notices.count == 1)
        #expect(running.notices.first?.contains("'attentive_pooling' has changed") == true)
        _ = try world.run(other)
        let message = world.script.failure(
            "nj.fit(Pooling{ items = 9 }, train, options('\(file)'))")
        #expect(message?.contains("is of another model") == true)
    }

    @Test("loads the module that defines the model of a checkpoint")
    func module() throws {
        let world = try RingWorld()
        let text =
            "local " + RingWorld.pooling.replacing("name =", with: "module = ..., name =")
            + "return Pooling"
        try text.write(toFile: "\(world.folder)/my_pooling.lua", atomically: true, encoding: .utf8)
        let path = "package.path = '\(world.folder)/?.lua' "
        _ = try world.run(
            path + """
                nj.fit(require "my_pooling"{ items = 9 }, train, { epochs = 1,
                  checkpoint = { dir = folder .. "/run" } })
                """)
        let fresh = try Script()
        let file = "\(world.folder)/run/last.safetensors"
        #expect(
            fresh.failure("nj.checkpoint.open('\(file)'):model()")?.contains("my_pooling") == true)
        #expect(
            try fresh.run(path + "return nj.checkpoint.open('\(file)'):model().kind")
                == "attentive_pooling")
    }

    @Test("gives histories of the model's own length")
    func length() throws {
        let world = try RingWorld()
        #expect(
            try world.run(
                RingWorld.pooling + """
                    local net = Pooling{ items = 9 }
                    local one = net:recommend({ 4, 5 }, { k = 1 })[1]
                    local long = net:recommend({ 1, 2, 3, 4, 5, 6, 7 }, { k = 1 })[1]
                    local cut = net:recommend({ 3, 4, 5, 6, 7 }, { k = 1, seen = false })[1]
                    return one.item > 0, long.item ~= 1 and long.item ~= 2
                      and long.score <= cut.score
                    """) == "true true")
    }
}
