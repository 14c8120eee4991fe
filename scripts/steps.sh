# Shared by scripts/test and scripts/soak, which source it. Each defines `usage`, `steps`, and a function
# `step_NAME` for each step.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
# Without debug information, builds are smaller, and the examples and packages share the dependencies of the
# tests.
export CARGO_PROFILE_DEV_DEBUG="${CARGO_PROFILE_DEV_DEBUG:-false}"

need() {
    command -v "$1" >/dev/null || {
        echo "error: \`$1\` is missing: $2" >&2
        exit 1
    }
}

# Runs each fuzz target for so many seconds.
fuzz() {
    need c++ "install a C++ compiler (Debian: apt-get install g++)"
    cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked --quiet || {
        echo "not run: fuzz, because cargo-fuzz is missing and cannot be installed"
        return
    }
    for target in $(cargo fuzz list); do
        scripts/fuzz "$target" "$1"
    done
}

# Runs the named steps, or all of `steps`. Prints each with its time, and ends with one line of what ran.
run_steps() {
    if [[ "${1:-}" == --help || "${1:-}" == -h ]]; then
        usage
        exit
    fi
    [[ $# -gt 0 ]] && steps=("$@")
    for step in "${steps[@]}"; do
        declare -F "step_$step" >/dev/null || {
            echo "error: unknown step \`$step\`: see $0 --help" >&2
            exit 2
        }
    done
    need cargo "install Rust with rustup, https://rustup.rs"
    need cc "install a C compiler (Debian: apt-get install gcc)"

    log="$(mktemp)"
    running=""
    trap finish EXIT
    for running in "${steps[@]}"; do
        started=$SECONDS
        echo "== $running"
        "step_$running" 2>&1 | tee -a "$log"
        echo "== $running: ok in $((SECONDS - started)) s"
    done
    running=""
    passed="$(awk '/^test result:/ { sum += $4 } END { print sum + 0 }' "$log")"
    minutes="$(awk "BEGIN { printf \"%.1f\", $SECONDS / 60 }")"
    not_run="$(grep '^not run:' "$log" | tr '\n' ';' || true)"
    echo "ran ${steps[*]} in $minutes min: $passed tests passed${not_run:+; ${not_run%;}}"
}

finish() {
    [[ -z "$running" ]] || echo "== $running: failed after $((SECONDS - started)) s" >&2
    rm -f "$log"
}
