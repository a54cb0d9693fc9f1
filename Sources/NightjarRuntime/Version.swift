// The version that files and `--version` name.

/// The version of Nightjar.
public enum Version {
    /// This version, as in `0.1.0`.
    public static let current = "0.1.0"
}
