// Everything that scripts see, in one list.

import LuaHost

/// The declarations of all modules and classes.
public enum NightjarLibrary {
    /// One library a module, in the order in which reference pages show them.
    public static func libraries() -> [Library] {
        [
            SessionLibrary.library,
            ScriptLibrary.library,
            JSONLibrary.library,
            TensorLibrary.library,
            LinearAlgebraLibrary.library,
            PointsLibrary.library,
            DataLibrary.library,
            MetricsLibrary.library,
            ModelLibrary.library,
            NetworkLibrary.library,
            TrainingLibrary.library,
            RunsLibrary.library,
            PlotLibrary.library,
            SearchLibrary.library,
            InfluenceLibrary.library,
        ]
    }
}
