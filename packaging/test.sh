#!/bin/sh
# Sets up everything the checks need, runs them all, and ends with pytest's words.
#
#   sh packaging/test.sh                style, types, contracts, every test
#   sh packaging/test.sh --benchmarks   the ratios of tests/benchmarks instead, alone
#   sh packaging/test.sh tests/host     anything else goes to pytest
set -eu
cd "$(dirname "$0")/.."
venv=${COMFYDOCTOR_VENV:-.venv}
# shellcheck source=packaging/common.sh
. packaging/common.sh

need_venv
need_parts '[dev]'
if [ "$(uname)" = Linux ]; then
    need_qt "$QT_PACKAGES"
    # Some tests open a real window, compile a fake driver or inject faults. They
    # say so and step aside where the tool for it cannot be had.
    for pair in Xvfb:xvfb strace:strace cc:gcc shellcheck:shellcheck \
        desktop-file-validate:desktop-file-utils prometheus:prometheus; do
        command -v "${pair%%:*}" >/dev/null 2>&1 && continue
        install_packages "${pair#*:}" ||
            say "Without ${pair%%:*} some tests are skipped: $(by_hand "${pair#*:}")"
    done
    if command -v cc >/dev/null 2>&1 && ! echo '#include <stdlib.h>' | cc -E - >/dev/null 2>&1
    then
        install_packages libc6-dev || true
    fi
    if ! loads_xcb >/dev/null; then
        # shellcheck disable=SC2086 # a list of words
        install_packages $XCB_PACKAGES ||
            say "Without these no real window is tested: $(by_hand "$XCB_PACKAGES")"
    fi
fi

unset DISPLAY WAYLAND_DISPLAY
export QT_QPA_PLATFORM=offscreen
if [ "${1:-}" = --benchmarks ]; then
    shift
    exec "$venv/bin/python" -m pytest -q -m benchmark tests/benchmarks "$@"
fi
say 'Style'
"$venv/bin/python" -m ruff check .
"$venv/bin/python" -m ruff format --check .
say 'Types'
"$venv/bin/python" -m mypy
say 'Contracts'
"$venv/bin/python" "$venv/bin/lint-imports"
say 'Tests'
exec "$venv/bin/python" -m pytest -q -n "${COMFYDOCTOR_JOBS:-2}" -m 'not benchmark' "$@"
