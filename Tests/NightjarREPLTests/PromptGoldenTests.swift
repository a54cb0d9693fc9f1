import Foundation
import Testing

@testable import NightjarREPL

@Suite("What the prompt does itself, word by word")
struct PromptGoldenTests {
    @Test("is listed by :help")
    func help() throws {
        try expect(
            """
            nj> :help
            An expression shows its value; a ; at the end keeps it quiet.
            _, _2, _3              the last values
            ?name or help(value)   what a function, class or module does: ?nj, ?nj.fit
            apropos "word"         everything whose name or description has the word
            who()                  your variables with their sizes
            !command               a command of the shell
            Tab                    complete names, options in { }, data sets, files
            Enter                  run the form when it is whole; Alt-Enter begins a line
            Up, Down, Ctrl-R       earlier forms: those that begin alike, or search
            Ctrl-C, Ctrl-D         stop what runs or drop what was typed; leave
            :help                  what the prompt understands
            :load FILE             take the variables of a saved session
            :locals                local variables of each call at the last error
            :quit                  leave, as Ctrl-D does
            :reset                 forget all variables and modules
            :save FILE             write tensors, models and tables to one file
            :set [NAME VALUE]      show the settings, or change one
            :time CODE             run code and tell how long it takes
            :trace                 all calls that led to the last error
            """, exitCode: 0)
        let listed = Help.introduction.split(separator: "\n").compactMap { line in
            line.hasPrefix(":") ? String(line.dropFirst().prefix { $0 != " " }) : nil
        }
        #expect(listed == PromptCommand.all.map(\.name))
    }

    @Test("explains functions and finds them")
    func reference() throws {
        try expect(
            """
            nj> ?nj.clock
            nj.clock()
            Reads a clock that never jumps, for measuring.

            gives number: seconds since some fixed moment

            example: start = nj.clock(); print(nj.clock() - start)
            nj> help(string.rep)
            string.rep(s, n, separator)
            Repeats a string.

            Lua's own: https://www.lua.org/manual/5.4/manual.html#pdf-string.rep
            nj> apropos "jumps"
              nj.clock  Reads a clock that never jumps, for measuring.
            nj> help
            help() and :help tell what the prompt understands, ?nj what there is
            nj> exit
            :quit or Ctrl-D leaves the prompt
            """, exitCode: 0)
    }

    @Test("keeps, lists, forgets and takes variables")
    func variables() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try expect(
            """
            nj> who()
            no variables yet; x = 1 makes one
            nj> x = nj.tensor{ 1, 2 }
            nj> words = { "a", "b" }
            nj> f = function() end
            nj> n = 3
            nj> who()
            f      function         function() at repl:4:1
            n      number           3
            words  table         2  { … }
            x      nj.Tensor  64 B  Tensor 2 f32 …
            nj> :save \(path)
            saved n, words, x
            not saved: f is a function
            nj> :reset
            nj> who()
            no variables yet; x = 1 makes one
            nj> :load \(path)
            loaded n, words, x
            nj> who()
            n      number           3
            words  table         2  { … }
            x      nj.Tensor  64 B  Tensor 2 f32 …
            nj> :save
            :save needs a file, such as :save session.safetensors
            nj> :load
            :load needs a file, such as :load session.safetensors
            """, exitCode: 1)
    }

    @Test("looks into the last error")
    func errors() throws {
        try expect(
            """
            nj> :trace
            there was no error yet
            nj> :locals
            there was no error yet
            nj> function inner(t) local n = 3; return t.count + n end
            nj> function outer(t) return inner(t) + 1 end
            nj> outer{}
            repl:1:1: attempt to perform arithmetic on a nil value (field 'count')
              repl:1:1  in inner       | function inner(t) local n = 3; return t.count + n end
              repl:2:1  in outer       | function outer(t) return inner(t) + 1 end
              repl:3:1  in main chunk  | outer{}
            nj> :locals
              repl:1:1  in inner       | function inner(t) local n = 3; return t.count + n end
                t = {}
                n = 3
              repl:2:1  in outer       | function outer(t) return inner(t) + 1 end
                t = {}
              repl:3:1  in main chunk  | outer{}
                no local variables
            nj> :trace
            repl:1:1: attempt to perform arithmetic on a nil value (field 'count')
              repl:1:1  in inner       | function inner(t) local n = 3; return t.count + n end
              repl:2:1  in outer       | function outer(t) return inner(t) + 1 end
              repl:3:1  in main chunk  | outer{}
            """, exitCode: 1)
    }

    @Test("shows and changes settings, times code and leaves")
    func settings() throws {
        try expect(
            """
            nj> :set
            time auto  when to tell how long a form took: auto (from 0.1 s), always, never
            elements 20  elements and fields of a table that are shown, 1 to 1000
            depth 3  tables inside tables that are opened, 0 to 20
            nj> :set depth 2
            nj> :set
            time auto  when to tell how long a form took: auto (from 0.1 s), always, never
            elements 20  elements and fields of a table that are shown, 1 to 1000
            depth 2  tables inside tables that are opened, 0 to 20
            nj> :time 1 + 1
            2
            0.50 s
            nj> :q
            """, exitCode: 0, tick: 0.5)
    }
}
