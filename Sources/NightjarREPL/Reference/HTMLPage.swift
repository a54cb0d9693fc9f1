// What the reference page for browsers has besides the reference.

/// The fixed parts of the page.
enum HTMLPage {
    /// How to read the page and how to call what is on it.
    static let introduction = """
        <section id="calls">
        <h2><a href="#calls">How functions are called</a></h2>
        <p>A function takes at most two arguments by position, and all others by name in one table
        behind them: <code>f(a, b, { option = value })</code>. Where a table cannot be mistaken for an
        argument, every argument may be named: <code>f{ a = …, option = value }</code>. Methods are
        called with a colon, properties read with a dot. Positions count from 1.</p>
        <p>What is wrong with a call is an error before anything is done. It names the argument, what
        was expected and what was given, and what to do next:</p>
        <pre><code>bad option 'epochs' to 'fit' (integer expected, got string "ten")
        unknown option 'epoch' to 'fit' (did you mean 'epochs'?)</code></pre>
        <p>At the prompt <code>?name</code> shows what is said here about a name.</p>
        </section>
        """

    /// Colours follow the reader's system; on a narrow screen the index stands above the text, and
    /// on paper there is none.
    static let style = """
        :root {
          color-scheme: light dark;
          --ground: #fff; --text: #1d2329; --faint: #5c6670; --line: #d9dee3; --shade: #f4f6f8;
          --link: #0b57a4; --keyword: #8a2a9c; --string: #196c2e; --number: #0a6a78;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #14181d; --text: #dde3e9; --faint: #96a1ac; --line: #333c45; --shade: #1d232a;
            --link: #7db8f5; --keyword: #d6a0e4; --string: #8fd19e; --number: #7fd0dc;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body {
          margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr);
          font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground);
        }
        nav {
          position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem;
          border-right: 1px solid var(--line); background: var(--shade); font-size: .9rem;
        }
        nav p { margin: 0 0 .5rem; font-weight: bold; }
        nav input {
          width: 100%; margin-bottom: .5rem; padding: .3rem .5rem; font: inherit; color: inherit;
          background: var(--ground); border: 1px solid var(--line); border-radius: .3rem;
        }
        nav ul { list-style: none; margin: 0; padding: 0 0 .4rem 1.1rem; }
        nav summary { cursor: pointer; padding: .1rem 0; }
        nav li a { display: block; overflow-wrap: anywhere; }
        main { max-width: 60rem; padding: 1rem 2rem 4rem; }
        a { color: var(--link); text-decoration: none; }
        a:hover { text-decoration: underline; }
        h1, h2, h3 { line-height: 1.25; }
        h2 { margin-top: 3rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
        h3 { margin-top: 2rem; }
        h2 a, h3 a { color: inherit; overflow-wrap: anywhere; }
        :target > h2 > a, :target > h3 > a { color: var(--link); }
        code { font: .9em/1.5 ui-monospace, monospace; }
        pre {
          margin: .8rem 0; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere;
          background: var(--shade); border-radius: .3rem;
        }
        .signature { padding-left: 3.2rem; text-indent: -2.4rem; }
        .example { border-left: 3px solid var(--line); border-radius: 0; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .95rem; }
        th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
        th { color: var(--faint); font-weight: normal; }
        tbody tr { border-top: 1px solid var(--line); }
        .keyword { color: var(--keyword); }
        .string { color: var(--string); }
        .number { color: var(--number); }
        .comment { color: var(--faint); }
        @media (max-width: 48rem) {
          body { display: block; }
          nav {
            position: static; height: auto; max-height: 50vh;
            border-right: 0; border-bottom: 1px solid var(--line);
          }
          main { padding: 1rem; }
        }
        @media print {
          :root {
            --ground: #fff; --text: #000; --faint: #444; --line: #bbb; --shade: #fff;
            --link: #000; --keyword: #000; --string: #000; --number: #000;
          }
          body { display: block; font-size: 10pt; }
          nav { display: none; }
          main { max-width: none; padding: 0; }
          h2, h3 { break-after: avoid; }
          pre, tr { break-inside: avoid; }
          .table { overflow: visible; }
        }
        """

    /// Shows the entries of the index that have every word of the filter in name or description.
    static let script = """
        const filter = document.getElementById("filter");
        const groups = [...document.querySelectorAll("nav details")].map(group => ({
          group,
          name: group.querySelector("summary").textContent,
          entries: [...group.querySelectorAll("li")],
        }));
        filter.hidden = false;
        filter.addEventListener("input", () => {
          const words = filter.value.toLowerCase().split(" ").filter(word => word !== "");
          for (const { group, name, entries } of groups) {
            for (const entry of entries) {
              const link = entry.firstChild;
              const text = `${name} ${link.textContent} ${link.title}`.toLowerCase();
              entry.hidden = !words.every(word => text.includes(word));
            }
            group.hidden = entries.every(entry => entry.hidden);
            group.open = words.length > 0 && !group.hidden;
          }
        });
        addEventListener("keydown", event => {
          if (event.key === "/" && document.activeElement !== filter) {
            event.preventDefault();
            filter.focus();
          }
        });
        """
}
