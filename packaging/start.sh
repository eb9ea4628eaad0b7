#!/bin/sh
# Sets up ComfyDoctor in this folder, once, and starts its window.
#
#   sh packaging/start.sh                the window; it finds your ComfyUI or shows a demo
#   sh packaging/start.sh demo           anything after it goes to the program itself
#   sh packaging/start.sh --setup-only   set up, do not start
#   sh packaging/start.sh --desktop      put it into the applications menu as well
#
# COMFYDOCTOR_PYTHON names the Python to use, COMFYDOCTOR_VENV where its parts go.
set -eu
cd "$(dirname "$0")/.."
venv=${COMFYDOCTOR_VENV:-.venv}
# shellcheck source=packaging/common.sh
. packaging/common.sh

need_venv
need_parts ''
# A second start finds all in place: a file says which libraries were seen to work.
seen="$venv/.comfydoctor-libraries"
if [ "$(uname)" = Linux ] && [ ! -f "$seen" ]; then
    need_qt "$QT_PACKAGES $XCB_PACKAGES"
    need_xcb
    : >"$seen"
fi

case ${1:-} in
--setup-only)
    say "ComfyDoctor is set up. Start it with: sh $(pwd)/packaging/start.sh"
    exit 0
    ;;
--desktop)
    shift
    sh packaging/desktop.sh "$venv"
    ;;
esac

if [ $# -eq 0 ] && [ "$(uname)" = Linux ] &&
    [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    fail 'All is set up, but there is no screen here to open a window on.' \
        'On a computer without one, look at a ComfyUI from the command line:' \
        "$(absolute "$venv")/bin/comfydoctor check --url http://127.0.0.1:8188" \
        'or start this on a computer with a screen and give it that address.'
fi
exec "$venv/bin/python" -m comfydoctor "$@"
