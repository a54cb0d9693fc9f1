// Everything that scripts see of data.

import LuaHost

/// Logs, splits, examples and selections.
public enum DataLibrary {
    /// The module `nj.data` and its classes.
    public static let library = Library(
        modules: [DataModule.declaration],
        classes: [
            InteractionsBinding.declaration, SplitBinding.declaration, PartBinding.declaration,
            ExamplesBinding.declaration, SequencesBinding.declaration,
            SelectionBinding.declaration,
        ],
        functions: DataModule.functions + InteractionsBinding.functions + SplitBinding.functions
            + PartBinding.functions + ExamplesBinding.functions + SequencesBinding.functions
            + SelectionBinding.functions)
}
