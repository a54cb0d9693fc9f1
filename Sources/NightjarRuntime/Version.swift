// The version of Nightjar.

/// The version that the prompt, checkpoints and run records tell.
public enum NightjarVersion {
    /// Major and minor number, such as `0.1`.
    public static let current = "0.1"
}
