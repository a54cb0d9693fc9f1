# Makes this machine ready to build and run Nightjar. Sourced by the commands in scripts/.
#
# Source it by its real path; it sets `root`. Whatever set-up has to say goes to standard error:
# standard output belongs to the user's program, and standard input too, so nothing here reads it.

root=${BASH_SOURCE[0]%/scripts/lib/setup.sh}
binary=$root/.build/release/nightjar
# Written after a build: the shared libraries that the binary opens, one path a line. Its time is
# the moment when the build started, so an edit made during the build counts as newer.
stamp=$root/.build/nightjar.stamp

say() { printf 'nightjar: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# True when the binary is newer than everything it was built from and its libraries are in place.
# This runs at every start, so it costs one process. The time of the last status change is compared,
# not of the last write: files that were moved or unpacked here keep an old time of writing.
is_fresh() {
    local library libraries
    [[ -x $binary && -s $stamp ]] || return 1
    mapfile -t libraries <"$stamp"
    for library in "${libraries[@]}"; do
        [[ -e $library ]] || return 1
    done
    [[ -z $(find "$root/Sources" "$root/Package.swift" "$root/scripts/lib/setup.sh" \
        -cnewer "$stamp" -print -quit) ]]
}

find_swift() {
    command -v swift >/dev/null && return
    local folder
    for folder in /opt/swift/usr/bin "$HOME/.local/share/swiftly/bin"; do
        if [[ -x $folder/swift ]]; then
            PATH=$PATH:$folder
            return
        fi
    done
    die "Swift is not on the PATH. Install Swift 6.1 or newer (https://www.swift.org/install)," \
        "open a new shell and try again."
}

openblas_library() {
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p |
        awk '/libopenblas\.so\.0 / && !found { print $NF; found = 1 }'
}

# Prints the Debian packages that are missing, one a line. Libraries are asked for by name, not by
# package, because other systems and hand-made installations supply them too.
missing_packages() {
    command -v pkg-config >/dev/null || echo pkg-config
    pkg-config --exists lua5.4 2>/dev/null || echo liblua5.4-dev
    pkg-config --exists libarchive 2>/dev/null || echo libarchive-dev
    pkg-config --exists nettle 2>/dev/null || echo nettle-dev
    pkg-config --exists sqlite3 2>/dev/null || echo libsqlite3-dev
    # OpenBLAS is opened at run time: the library is enough, its headers are not needed.
    [[ -n $(openblas_library) ]] || echo libopenblas0-pthread
}

# Installs Debian packages, or names the line that does it and stops.
install_packages() {
    local as_root=()
    local by_hand="apt-get update && apt-get install -y $*"
    [[ $EUID -eq 0 ]] || by_hand="sudo apt-get update && sudo apt-get install -y $*"
    command -v apt-get >/dev/null ||
        die "these packages are missing: $*. Install them (names as in Debian) and try again."
    if [[ $EUID -ne 0 ]]; then
        # Without a terminal nobody can type a password.
        if sudo -n true 2>/dev/null || { [[ -t 0 && -t 2 ]] && command -v sudo >/dev/null; }; then
            as_root=(sudo)
        else
            die "these packages are missing: $*. Run this line and try again:"$'\n'"    $by_hand"
        fi
    fi
    say "installing $*"
    local get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q)
    # A machine that never asked for package lists cannot install; one that did saves the download.
    "${get[@]}" install -y --no-install-recommends "$@" </dev/null >&2 ||
        { "${get[@]}" update </dev/null >&2 &&
            "${get[@]}" install -y --no-install-recommends "$@" </dev/null >&2; } ||
        die "cannot install the missing packages. Run this line and try again:"$'\n'"    $by_hand"
}

# Makes sure of the libraries of Nightjar, and of the extra Debian packages named as arguments.
ensure_packages() {
    local missing package
    mapfile -t missing < <(missing_packages)
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

# Builds the release binary when it is stale. The Swift run-time libraries are linked in: it starts
# faster than with some twenty shared ones to find and relocate.
ensure_binary() {
    is_fresh && return
    mkdir -p "$root/.build"
    # Starts at the same time wait here for the first, then find its work done.
    local lock
    exec {lock}>"$root/.build/nightjar.lock"
    if ! flock -n "$lock"; then
        say "another start is setting up; waiting for it"
        flock "$lock"
    fi
    if ! is_fresh; then
        ensure_packages
        find_swift
        say "building (a few minutes the first time)"
        local started=$stamp.$$
        : >"$started"
        # The lock is not passed on: a process that the build leaves behind must not hold it.
        swift build --package-path "$root" -c release --static-swift-stdlib --product nightjar \
            </dev/null >&2 {lock}>&- || {
            rm -f "$started"
            die "the build failed; its messages are above."
        }
        finish_stamp "$started"
    fi
    exec {lock}>&-
}

# Lists the libraries in the stamp without moving its time.
finish_stamp() {
    local libraries
    libraries=$(
        ldd "$binary" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p'
        openblas_library
    )
    printf '%s\n' "$libraries" >"$stamp.libraries"
    touch -r "$1" "$stamp.libraries"
    mv -f "$stamp.libraries" "$stamp"
    rm -f "$1"
}
