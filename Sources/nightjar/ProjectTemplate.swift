// The files with which a paper or a lab begins.

/// What `nightjar init` writes.
enum ProjectTemplate {
    /// The files by their names.
    static func files(title: String) -> [(name: String, text: String)] {
        [
            ("experiment.lua", experiment), ("measures.lua", measures),
            ("measures_spec.lua", spec), ("README.md", readme(title)), ("DATA.md", data),
            (".luarc.json", editor), (".gitignore", "runs/\nresults.json\n"),
        ]
    }

    private static let experiment = """
        --- Trains a model on a log, ranks its test part, and writes the figures to a file.
        local measures = require "measures"

        local opt = nj.options{
            data = "simulated",
            seed = 1,
            epochs = { 3, "passes over the training part" },
            json = { "results.json", "where the figures go" },
        }

        local log = nj.data.open(opt.data)
        print(log)
        local parts = log:split{ by = "time", valid = 0.1, test = 0.1 }
        local train = parts.train:windows{ length = 20 }

        local net = nj.models.lstm{ items = log.n_items, dim = 32, hidden = 64, seed = opt.seed }
        local run = nj.fit(net, train, { epochs = opt.epochs, seed = opt.seed })
        local report = nj.evaluate(net, parts.test:windows{ length = 20 }, { "mrr", "recall@10" })
        print(report)

        nj.write_json(opt.json, {
            data = opt.data, seed = opt.seed, density = measures.density(log), run = tostring(run),
            report = tostring(report),
        })

        """

    private static let measures = """
        --- Small functions of this project; specs hold them.
        local measures = {}

        --- The share of all pairs of a user and an item that the log has.
        function measures.density(log)
            return #log / (log.n_users * log.n_items)
        end

        return measures

        """

    private static let spec = """
        local measures = require "measures"

        describe("the density", function()
            it("is 1 where everybody met everything", function()
                local log = nj.data.interactions{ users = { 1, 1, 2, 2 }, items = { 1, 2, 1, 2 } }
                assert.near(1, measures.density(log), 1e-12)
            end)
        end)

        """

    private static func readme(_ title: String) -> String {
        """
        # \(title)

        What this shows, in one paragraph.

        ## Run it again

            nightjar run experiment.lua --data NAME --seed 1
            nightjar test

        A filtering policy of your own is a file `policies/NAME.lua`, which `nj.policies.NAME` finds;
        `?nj.policy` tells how to write one, and `print(nj.policies)` lists those that there are.

        Equal seeds give equal results on one machine; `results.json` has the figures. `nightjar help
        run` lists the levels and limits for scripts that you do not know.

        """
    }

    private static let data = """
        # Data

        Name each data set, its publisher, its terms and what was left out. `nightjar data list` shows
        the sets that Nightjar knows, `nightjar data info NAME` their terms. Do not add the data itself
        to the repository.

        """

    private static let editor = """
        {
            "runtime.version": "Lua 5.4",
            "workspace.library": ["nightjar.d.lua"],
            "diagnostics.globals": ["describe", "it", "before_each", "after_each", "pending"]
        }

        """
}
