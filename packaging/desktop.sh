#!/bin/sh
# Puts ComfyDoctor into this person's applications menu (Linux): desktop.sh VENV
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=packaging/common.sh
. packaging/common.sh
venv=$(absolute "${1:-.venv}")
data=${XDG_DATA_HOME:-$HOME/.local/share}
mkdir -p "$data/applications" "$data/icons/hicolor/scalable/apps"
cp resources/icons/comfydoctor.svg "$data/icons/hicolor/scalable/apps/comfydoctor.svg"
# In Exec a path with blanks stands in quotes; %, ", `, $ and \ have meanings there.
case $venv in
*[\"\`\$\\%]*)
    echo "ComfyDoctor: a menu entry cannot name this folder: $venv" >&2
    exit 1
    ;;
esac
while IFS= read -r line; do
    case $line in
    Exec=*) printf 'Exec="%s/bin/comfydoctor-window"\n' "$venv" ;;
    TryExec=*) printf 'TryExec=%s/bin/comfydoctor-window\n' "$venv" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <packaging/comfydoctor.desktop >"$data/applications/comfydoctor.desktop"
echo "ComfyDoctor is in the applications menu." >&2
