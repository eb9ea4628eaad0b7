# What start.sh and test.sh share; read by them with ".", plain POSIX sh.
# Every need is found out by really trying, and mended with apt-get where that is
# allowed without a question; otherwise the exact command is printed.

# Lets Qt be imported and draw without a screen.
QT_PACKAGES='libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3'
# Lets it open a window on an X11 screen as well.
XCB_PACKAGES='libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0'

say() { printf '%s\n' "$*" >&2; }

fail() {
    say ''
    say "ComfyDoctor: $1"
    shift
    for line in "$@"; do say "  $line"; done
    exit 1
}

absolute() {
    case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$(pwd)" "$1" ;; esac
}

# --- the system's packages ---

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1
}

# install_packages PACKAGE...: quietly; its own words only when it fails.
install_packages() {
    may_install || return 1
    say "Installing from the system's packages: $*"
    log=$(mktemp)
    if [ -z "${lists_are_new:-}" ]; then
        as_root apt-get update -qq >"$log" 2>&1 || true
        lists_are_new=yes
    fi
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        -o DPkg::Lock::Timeout=120 --no-install-recommends "$@" >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
}

# How a person installs the Debian packages $1 by hand.
by_hand() {
    if command -v apt-get >/dev/null 2>&1; then
        printf 'sudo apt-get update && sudo apt-get install -y %s' "$1"
    else
        printf 'what Debian and Ubuntu call: %s' "$1"
    fi
}

# --- Python ---

is_good_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Prints the first Python of 3.11 or newer; COMFYDOCTOR_PYTHON names another.
find_python() {
    for name in ${COMFYDOCTOR_PYTHON:-} python3 python3.13 python3.12 python3.11 \
        python3.14 python; do
        found=$(command -v "$name" 2>/dev/null) || continue
        if is_good_python "$found"; then
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}

need_python() {
    python=$(find_python) && return 0
    for package in python3 python3.11; do
        install_packages "$package" || continue
        python=$(find_python) && return 0
    done
    if [ "$(uname)" = Darwin ]; then
        fail 'Python 3.11 or newer is needed and was not found.' \
            'Install it from https://www.python.org/downloads/macos/, or with Homebrew:' \
            'brew install python@3.13' 'Then start this again.'
    fi
    packages='python3 python3-venv'
    if command -v python3 >/dev/null 2>&1; then
        packages='python3.11 python3.11-venv' # beside the older one of the system
    fi
    fail 'Python 3.11 or newer is needed and was not found.' 'Install it with:' \
        "$(by_hand "$packages")" 'Then start this again.'
}

# A venv without pip is what Debian's Python makes when python3-venv is missing.
make_venv() {
    rm -rf "$venv"
    "$python" -m venv "$venv" >/dev/null 2>&1 && works "$venv"
}

works() {
    is_good_python "$1/bin/python" && "$1/bin/python" -m pip --version >/dev/null 2>&1
}

# Makes $venv unless a working one is there.
need_venv() {
    # Where parts were installed, pip works; asking it costs a start half a second.
    if [ -f "$venv/.comfydoctor-parts" ] && is_good_python "$venv/bin/python"; then
        return 0
    fi
    works "$venv" && return 0
    if [ -e "$venv" ] && [ ! -f "$venv/pyvenv.cfg" ]; then
        fail "$venv is there but is no virtual environment." \
            'Move it away, or name another place in COMFYDOCTOR_VENV.'
    fi
    need_python
    say "Making a virtual environment in $venv"
    make_venv && return 0
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install_packages "python$version-venv" && make_venv && return 0
    rm -rf "$venv"
    fail "This Python ($python) cannot make a virtual environment." \
        'Install what it lacks with:' "$(by_hand "python$version-venv")" \
        'Then start this again.'
}

# stamp EXTRAS: changes with what is to be installed, where, and for which Python.
stamp() {
    {
        cat pyproject.toml
        pwd
        printf '%s\n' "$1"
        "$venv/bin/python" -V
    } | cksum
}

# need_parts EXTRAS ("" or "[dev]"): installs us and what we need, once.
need_parts() {
    mark="$venv/.comfydoctor-parts$1"
    if [ -f "$mark" ] && [ "$(cat "$mark")" = "$(stamp "$1")" ]; then
        return 0
    fi
    rm -f "$venv"/.comfydoctor-parts*
    say 'Installing ComfyDoctor and its parts: once, about 150 MB to fetch, some minutes'
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --editable ".$1" ||
        fail 'The parts could not be installed; the reason stands above.' \
            'Mostly it is the network or a full disk. Start this again when it is mended:' \
            'what is there already is kept.'
    stamp "$1" >"$mark"
}

# --- what Qt needs of the system ---

imports_qt() {
    QT_QPA_PLATFORM=offscreen "$venv/bin/python" -c '
from PySide6.QtWidgets import QApplication
QApplication([])
' 2>&1
}

loads_xcb() {
    "$venv/bin/python" -c '
import ctypes, pathlib, PySide6
import PySide6.QtWidgets
folder = pathlib.Path(PySide6.__file__).parent
ctypes.CDLL(str(folder / "Qt/plugins/platforms/libqxcb.so"))
' 2>&1
}

# need_libraries TRY PACKAGES WHAT: mends what TRY shows to be missing.
need_libraries() {
    words=$($1) && return 0
    # shellcheck disable=SC2086 # a list of words
    if install_packages $2; then
        words=$($1) && return 0
    fi
    fail "System libraries are missing, so $3." \
        "It says: $(printf '%s\n' "$words" | tail -n 1)" 'Install them with:' \
        "$(by_hand "$2")" 'Then start this again.'
}

# need_qt PACKAGES: all that may be missing, so that nobody is sent away twice.
need_qt() {
    need_libraries imports_qt "$1" 'the window cannot be drawn'
}

need_xcb() {
    need_libraries loads_xcb "$QT_PACKAGES $XCB_PACKAGES" 'no window can be opened'
}
