// The texts of the manual.

extension LuaManual {
    // Lines of form and summary; the name is what stands before the bracket.

    static let prompt = """
        help(value)      | Shows what a function, method, class or module does; ?name, too.
        apropos(word)    | Lists everything declared whose name or description has the word.
        who()            | Lists your variables with their sizes.
        """

    /// Here the name comes first.
    static let statements = """
        and | a and b | Gives a if it is false or nil, else b.
        break | break | Leaves the innermost loop.
        do | do ... end | Makes a block with local variables of its own.
        else | if a then ... else ... end | Runs the second block if the condition fails.
        elseif | if a then ... elseif b then ... end | Asks b if a fails.
        end | do ... end | Ends a block, a loop or a function.
        false | false | The boolean that, like nil, counts as no.
        for | for i = first, last, step do ... end | Counts; `in` goes through tables.
        function | function name(a, b, ...) ... end | Makes a function, a value without a name.
        goto | goto name | Goes on at the label ::name:: of the same block.
        if | if condition then ... end | Runs a block if the condition is neither false nor nil.
        in | for k, v in pairs(t) do ... end | Goes through what an iterator gives.
        local | local name = value | Makes a variable for the rest of its block.
        nil | nil | The value of what was never set.
        not | not a | Gives true if a is false or nil, else false.
        or | a or b | Gives a unless it is false or nil, else b.
        repeat | repeat ... until condition | Repeats a block until the condition holds.
        return | return a, b | Leaves the function and gives these values.
        then | if condition then ... end | Begins the block of a condition.
        true | true | The boolean that counts as yes.
        until | repeat ... until condition | Ends a loop when the condition holds.
        while | while condition do ... end | Repeats a block while the condition holds.
        """

    static let functions = """
        assert(value, message) | Raises an error if the value is false or nil.
        collectgarbage(option, argument) | Runs the garbage collector; "count" gives the KiB in use.
        dofile(file) | Runs a file of Lua and gives what it returns.
        error(message, level) | Raises an error; level 2 blames the caller.
        getmetatable(value) | Gives the metatable of a value, or what its __metatable says.
        ipairs(list) | Goes through the positions 1, 2, … of a list up to the first nil.
        load(chunk, name, mode, env) | Compiles text; nil and a message if it is wrong.
        loadfile(file, mode, env) | Compiles a file without running it.
        next(table, key) | Gives the key and value behind a key, in no certain order.
        pairs(table) | Goes through all keys and values of a table, in no certain order.
        pcall(f, ...) | Calls f; gives true and its results, or false and the error.
        print(...) | Writes values as text with tabs between, and a line end.
        rawequal(a, b) | Compares without __eq.
        rawget(table, key) | Reads a field without __index.
        rawlen(value) | Gives the length of a table or string without __len.
        rawset(table, key, value) | Sets a field without __newindex.
        require(module) | Runs a module once, and gives what it returned.
        select(n, ...) | Gives the arguments from the n-th on; select("#", ...) counts them.
        setmetatable(table, metatable) | Sets the metatable and gives the table.
        tonumber(value, base) | Gives the number that a text stands for, or nil.
        tostring(value) | Gives a value as text; __tostring decides for objects.
        type(value) | Gives the name of the value's type.
        warn(message, ...) | Sends a warning.
        xpcall(f, handler, ...) | As pcall, but handler(error) runs before the calls end.
        coroutine.close(co) | Ends a coroutine and runs its close handlers.
        coroutine.create(f) | Makes a coroutine of a function.
        coroutine.isyieldable(co) | Tells whether the coroutine can yield.
        coroutine.resume(co, ...) | Runs a coroutine to its next yield.
        coroutine.running() | Gives the coroutine that runs, and whether it is the main one.
        coroutine.status(co) | Gives "running", "suspended", "normal" or "dead".
        coroutine.wrap(f) | Makes a function that resumes a new coroutine at each call.
        coroutine.yield(...) | Suspends the coroutine and hands the values to resume.
        debug.getinfo(f, what) | Gives what is known of a function or a level of the stack.
        debug.getupvalue(f, n) | Gives the name and value of a captured variable.
        debug.traceback(message, level) | Gives the calls that are active as text.
        io.close(file) | Closes a file, or the default output.
        io.flush() | Sends on what was written.
        io.input(file) | Sets or gives the default input.
        io.lines(file, ...) | Goes through the lines of a file.
        io.open(file, mode) | Opens a file: "r", "w", "a"; nil and a message if it cannot.
        io.output(file) | Sets or gives the default output.
        io.popen(command, mode) | Starts a command whose output or input is a file.
        io.read(...) | Reads the default input: "l" a line, "n" a number, "a" all, or bytes.
        io.tmpfile() | Opens a file that goes when it is closed.
        io.type(value) | Gives "file", "closed file", or nil for something else.
        io.write(...) | Writes texts and numbers as they are.
        math.abs(x) | Gives the absolute value.
        math.acos(x) | Gives the arc cosine in radians.
        math.asin(x) | Gives the arc sine in radians.
        math.atan(y, x) | Gives the angle of y / x in radians, in the right quadrant.
        math.ceil(x) | Rounds up to an integer.
        math.cos(x) | Gives the cosine of radians.
        math.deg(x) | Turns radians into degrees.
        math.exp(x) | Gives e to the power of x.
        math.floor(x) | Rounds down to an integer.
        math.fmod(x, y) | Gives the remainder of a division that rounds towards zero.
        math.log(x, base) | Gives the logarithm, the natural one without a base.
        math.max(x, ...) | Gives the largest argument.
        math.min(x, ...) | Gives the smallest argument.
        math.modf(x) | Gives the integral part and the rest.
        math.rad(x) | Turns degrees into radians.
        math.random(m, n) | Gives a float in [0, 1), or an integer in 1…m or m…n.
        math.randomseed(x, y) | Seeds math.random, at random without arguments.
        math.sin(x) | Gives the sine of radians.
        math.sqrt(x) | Gives the square root.
        math.tan(x) | Gives the tangent of radians.
        math.tointeger(x) | Gives a float with an integral value as an integer, else nil.
        math.type(x) | Gives "integer", "float", or nil for no number.
        math.ult(m, n) | Compares integers as if they had no sign.
        os.clock() | Gives the seconds of processor time that the program took.
        os.date(format, time) | Gives a time as text, or as a table with "*t".
        os.difftime(t2, t1) | Gives the seconds from t1 to t2.
        os.execute(command) | Runs a command of the shell and tells how it ended.
        os.exit(code) | Ends the script with an exit code.
        os.getenv(name) | Gives a variable of the environment, or nil.
        os.remove(file) | Deletes a file; nil and a message if it cannot.
        os.rename(old, new) | Renames a file; nil and a message if it cannot.
        os.setlocale(locale, category) | Sets or gives the locale.
        os.time(table) | Gives seconds since 1970: now, or of a table of year, month, day.
        os.tmpname() | Gives the name of a new temporary file.
        package.loadlib(path, name) | Loads a function from a native library.
        package.searchpath(name, path) | Finds the file of a module along a path.
        string.byte(s, i, j) | Gives the bytes from i to j as numbers.
        string.char(...) | Makes a string of bytes.
        string.dump(f, strip) | Gives a function as bytecode, which nothing here loads.
        string.find(s, pattern, init, plain) | Finds a pattern: first and last position, captures.
        string.format(format, ...) | Fills values into a text: %d, %s, %q, %.3f, %5d, %x, %g.
        string.gmatch(s, pattern, init) | Goes through all places where a pattern matches.
        string.gsub(s, pattern, replacement, n) | Replaces what a pattern matches.
        string.len(s) | Counts bytes.
        string.lower(s) | Makes letters small.
        string.match(s, pattern, init) | Gives the captures of the first match, or nil.
        string.pack(format, ...) | Packs values into bytes.
        string.packsize(format) | Gives the size of what string.pack makes.
        string.rep(s, n, separator) | Repeats a string.
        string.reverse(s) | Turns the bytes around.
        string.sub(s, i, j) | Gives the bytes from i to j; -1 is the last.
        string.unpack(format, s, position) | Reads values from bytes.
        string.upper(s) | Makes letters capital.
        table.concat(list, separator, i, j) | Joins texts and numbers of a list.
        table.insert(list, position, value) | Puts a value into a list, or behind it.
        table.move(from, first, last, to, other) | Copies elements within a list or into another.
        table.pack(...) | Makes a list of its arguments with their number in n.
        table.remove(list, position) | Takes an element out of a list, the last without a position.
        table.sort(list, less) | Sorts a list in place; less(a, b) tells what comes first.
        table.unpack(list, i, j) | Gives the elements of a list as values.
        utf8.char(...) | Makes text of code points.
        utf8.codepoint(s, i, j) | Gives the code points of characters.
        utf8.codes(s) | Goes through positions and code points.
        utf8.len(s, i, j) | Counts characters; nil and a position if the text is no UTF-8.
        utf8.offset(s, n, i) | Gives the byte at which the n-th character begins.
        """
}
