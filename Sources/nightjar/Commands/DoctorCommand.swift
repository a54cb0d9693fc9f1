// nightjar doctor

import ArgumentParser
import Glibc
import NightjarData
import NightjarREPL
import NightjarRuntime
import NightjarTensor

/// Tells what this machine has and how fast it is.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show versions, speed, data folders and optional programs.")

    func run() throws {
        let console = Console.standard()
        for (name, finding) in findings() {
            console.write("\(name)\(String(repeating: " ", count: 12 - name.count))\(finding)\n")
        }
        console.flush()
    }

    private func findings() -> [(String, String)] {
        let catalogue = Catalogue.ofEnvironment()
        let here = catalogue.list().filter { $0.location != nil }.map(\.name)
        let folders = catalogue.folders + [catalogue.userFolder].compactMap { $0 }
        return [
            ("nightjar", "\(Version.current), Lua 5.4"),
            ("processor", "\(Machine.current.processor), \(Machine.current.threads) threads"),
            ("products", products),
            ("data", folders.map(described).joined(separator: ", ")),
            ("data sets", here.isEmpty ? "none here; see nightjar data list" : list(here)),
            (
                "Lua modules",
                Installation.libraryFolders.first.map(described) ?? "not found; set NIGHTJAR_HOME"
            ),
            ("gnuplot", program("gnuplot") ?? "not found; plots need it: apt install gnuplot-nox"),
        ]
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    private func described(_ folder: String) -> String {
        access(folder, R_OK) == 0 ? folder : "\(folder) (not there)"
    }

    private var products: String {
        guard BLAS.isAvailable else {
            return "OpenBLAS not found; models need it: apt install libopenblas0-pthread"
        }
        let speed = BLAS.measuredSpeed(seconds: 0.5) / 1e9
        return "\(BLAS.kernels): \(Int(speed.rounded())) GFLOP/s with 1024 x 1024 matrices"
    }

    /// The path of a program that the shell would find.
    private func program(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
