#!/bin/sh
# Removes the program that install.sh put into the home folder. What it recorded
# stays, unless --everything is given.
set -eu
base=${XDG_DATA_HOME:-$HOME/.local/share}
rm -f "$HOME/.local/bin/comfydoctor" "$base/applications/comfydoctor.desktop"
if [ "${1:-}" = --everything ]; then
    rm -rf "${XDG_CONFIG_HOME:-$HOME/.config}/comfydoctor" "$base/comfydoctor" \
        "${XDG_STATE_HOME:-$HOME/.local/state}/comfydoctor" \
        "${XDG_CACHE_HOME:-$HOME/.cache}/comfydoctor"
    echo "Settings and records are removed, too."
fi
rm -rf "$HOME/.local/opt/comfydoctor"
echo "ComfyDoctor is removed."
