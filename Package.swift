// swift-tools-version: 6.1
import PackageDescription

// Floors, from the ground; a target depends only on targets of floors below it.
// Nothing below NightjarLua, except LuaHost, knows that Lua exists.

/// Kernels are written as plain loops: the compiler vectorises them, also in debug builds, because
/// tests that run them unoptimised would take hours.
#if arch(x86_64)
    let vectorFlags = ["-mprefer-vector-width=512"]  // clang's default is 256 even with AVX-512
#else
    let vectorFlags: [String] = []
#endif
let kernelFlags: [CSetting] = [
    .unsafeFlags(
        ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast"] + vectorFlags)
]

/// What computes is optimised in debug builds, too: tests spend their time there.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "nightjar",
    products: [.executable(name: "nightjar", targets: ["nightjar"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Its Linux support is by volunteers, so a new version is taken when its tests pass here.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // Floor 0: C where Swift cannot do it, and what every long computation needs.
        .systemLibrary(
            name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        .target(name: "CInterrupt"),
        .target(name: "CKernels", cSettings: kernelFlags),
        .target(name: "COpenBLAS"),
        .target(name: "CCurl"),
        .target(name: "CTerminal"),
        .target(name: "CLuaBridge", dependencies: ["CLua", "CInterrupt"]),
        .target(name: "NightjarRuntime", dependencies: ["CInterrupt", "CNettle"]),

        // Floor 1: tensors, interaction data, the Lua host.
        .target(
            name: "NightjarTensor", dependencies: ["NightjarRuntime", "CKernels", "COpenBLAS"],
            swiftSettings: optimised),
        .target(
            name: "NightjarData",
            dependencies: ["NightjarRuntime", "CArchive", "CCurl"], swiftSettings: optimised),
        .target(
            name: "LuaHost", dependencies: ["NightjarRuntime", "CLua", "CLuaBridge"],
            swiftSettings: optimised),

        // Floor 2: models and measures.
        .target(
            name: "NightjarModels", dependencies: ["NightjarTensor", "NightjarData"],
            swiftSettings: optimised),
        .target(name: "NightjarMetrics", dependencies: ["NightjarRuntime"]),

        // Floor 3 and 4: training, then attribution of what training did.
        .target(
            name: "NightjarTraining",
            dependencies: [
                "NightjarModels", "NightjarMetrics",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "NightjarInfluence",
            dependencies: ["NightjarTraining"],
            swiftSettings: optimised),

        // Floor 5 to 7: Lua bindings, the prompt, the command line.
        .target(name: "NightjarLua", dependencies: ["LuaHost", "NightjarInfluence"]),
        .target(
            name: "NightjarREPL",
            dependencies: [
                "LuaHost", "NightjarLua", "NightjarData", "NightjarTensor", "NightjarTraining",
                "CTerminal",
            ]),
        .executableTarget(
            name: "nightjar",
            dependencies: [
                "NightjarREPL", "NightjarData", "NightjarTensor", "NightjarTraining", "CInterrupt",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(name: "TestSupport", path: "Tests/TestSupport"),
        // Random calls and damaged files, in a process of their own that may die of them.
        .systemLibrary(name: "CMalloc", path: "Tests/CMalloc"),
        .executableTarget(
            name: "nightjar-fuzz",
            dependencies: [
                "NightjarREPL", "CArchive", "CMalloc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Fuzz"),
        .testTarget(name: "FuzzTests", dependencies: ["LuaHost", "nightjar-fuzz"]),
        .testTarget(name: "NightjarRuntimeTests", dependencies: ["NightjarRuntime"]),
        .testTarget(name: "NightjarTensorTests", dependencies: ["NightjarTensor"]),
        .testTarget(name: "NightjarDataTests", dependencies: ["NightjarData", "TestSupport"]),
        .testTarget(name: "LuaHostTests", dependencies: ["LuaHost"]),
        .testTarget(name: "NightjarModelsTests", dependencies: ["NightjarModels"]),
        .testTarget(name: "NightjarMetricsTests", dependencies: ["NightjarMetrics"]),
        .testTarget(
            name: "NightjarTrainingTests",
            dependencies: ["NightjarTraining", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(name: "NightjarInfluenceTests", dependencies: ["NightjarInfluence"]),
        .testTarget(name: "NightjarLuaTests", dependencies: ["NightjarLua"]),
        .testTarget(
            name: "NightjarREPLTests", dependencies: ["NightjarREPL", "TestSupport", "nightjar"]),
        .testTarget(name: "ScriptTests", dependencies: ["NightjarRuntime", "nightjar"]),
    ],
    swiftLanguageModes: [.v6]
)
