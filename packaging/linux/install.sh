#!/bin/sh
# Puts ComfyDoctor into the home folder: no root, nothing outside of it.
#   ./install.sh            asks nothing; the program is in ~/.local/opt/comfydoctor
set -eu
here=$(cd "$(dirname "$0")" && pwd)
base=${XDG_DATA_HOME:-$HOME/.local/share}
place=$HOME/.local/opt/comfydoctor
mkdir -p "$HOME/.local/opt" "$HOME/.local/bin" "$base/applications"
rm -rf "$place.new"
cp -a "$here/comfydoctor" "$place.new"
cp "$here/uninstall.sh" "$place.new/uninstall.sh"
# The old version goes only when the new one is whole.
rm -rf "$place.old"
[ ! -e "$place" ] || mv "$place" "$place.old"
mv "$place.new" "$place"
rm -rf "$place.old"
ln -sf "$place/comfydoctor" "$HOME/.local/bin/comfydoctor"
sed "s#^Exec=.*#Exec=$place/comfydoctor#" "$here/comfydoctor.desktop" \
    > "$base/applications/comfydoctor.desktop"
echo "ComfyDoctor is installed: $place/comfydoctor"
echo "To remove it: $place/uninstall.sh"
