import Foundation

@testable import NightjarLua

/// A session with a small log whose users mostly go from item i to item i + 1, and a folder.
final class RingWorld {
    let script: Script
    let folder: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
        script = try Script()
        _ = try script.run(
            """
            folder = "\(folder)"
            local users, items, times, state = {}, {}, {}, 1
            for user = 1, 8 do
              local item = user
              for step = 1, 10 do
                users[#users + 1], items[#items + 1], times[#times + 1] = user, item, step
                state = state * 1103515245 + 12345 & 0x7fffffff
                item = (state >> 16) % 5 == 0 and (state >> 8) % 9 + 1 or item % 9 + 1
              end
            end
            log = nj.data.interactions{ users = users, items = items, times = times, name = "ring" }
            parts = log:split{ by = "tail", valid = 0, test = 0.2, min_rows = 1 }
            train = parts.train:windows{ length = 5 }
            test = parts.test:windows{ length = 5 }
            function bytes(path)
              local file <close> = assert(io.open(path, "rb"))
              return file:read("a")
            end
            """)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func run(_ text: String) throws -> String { try script.run(text) }

    /// Attention over the history, pooled to one state: all kinds of parameter uses in one model.
    static let pooling = """
        Pooling = nj.nn.model{
          name = "pooling", options = { dim = 4, length = 5, dropout = 0.2 },
          build = function(o)
            return {
              items = nj.nn.embedding{ rows = o.items + 1, dim = o.dim, scale = 0.5 },
              position = nj.nn.parameter{ shape = { o.length, o.dim }, scale = 0.5 },
              hidden = nj.nn.linear{ inputs = o.dim, outputs = o.dim },
              attend = nj.nn.linear{ inputs = o.dim, outputs = 1, bias = false },
              drop = nj.nn.dropout{ rate = o.dropout },
              output = nj.nn.linear{ inputs = 2 * o.dim, outputs = o.items + 1 },
            }
          end,
          forward = function(net, batch)
            local items = net.items(batch.ids)
            local keys = net.hidden(items + net.position):tanh()
            local scores = net.attend(keys):reshape{ batch.size, 1, -1 }
            local padded = batch.mask:eq(0):reshape{ batch.size, 1, -1 }
            local weights = scores:masked_fill(padded, -1e9):softmax()
            local pooled = weights:matmul(items):at(1)
            return net.output:logits(net.drop(nj.nn.concat{ pooled, items:at(-1) }))
          end,
        }

        """
}
