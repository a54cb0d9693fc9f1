import Foundation
import Testing

@Suite("A model written in Lua")
struct NetworkInterruptTests {
    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    @Test("stops at Ctrl-C inside forward, with the batches before it saved")
    func forward() throws {
        let process = try NightjarProcess([])
        try process.type(
            """
            log = nj.data.simulate{ users = 20, items = 40 }
            train = log:whole():windows{ length = 4 }
            Bag = nj.nn.model{ name = "bag",
              build = function(o)
                return { items = nj.nn.embedding{ rows = o.items + 1, dim = 3 } }
              end,
              forward = function(net, batch)
                calls = (calls or 0) + 1
                if calls == 3 then
                  print "ready" io.stdout:flush()
                  pcall(function() while true do end end)
                end
                return net.items:logits(net.items(batch.ids):mean{ axis = 2 })
              end }
            net = Bag{ items = log.n_items }
            nj.fit(net, train, { batch = 8, checkpoint = { dir = "\(folder.path)" } });
            calls
            #net:recommend({ 1 }, { k = 3 })
            nj.checkpoint.open("\(folder.path)/last.safetensors")

            """)
        #expect(process.reads("ready\n"))
        process.interrupt()
        let errors = try process.expectEnd(status: 1)
        #expect(process.seen.contains("\n3\n3\nCheckpoint of bag after epoch 0 and 2 batches"))
        #expect(errors.contains("interrupted"))
    }
}
