#!/bin/sh
# Tries a package in a fresh Debian 12: installs it, uses it as a person would, removes
# it, and looks for what it left. Needs root and debootstrap; nothing of this system is
# touched but a folder of its own.
#
#   sh packaging/linux/prove.sh dist/comfydoctor_0.1.0_amd64.deb [BASE]
#
# PACKAGE may be a .deb, a .run or a .tar.xz. BASE is a folder with a minimal Debian 12
# (made by debootstrap when it is not there), copied for each try.
set -eu
package=$(realpath "$1")
base=${2:-/var/tmp/comfydoctor-debian-12}
root=$(mktemp -d /var/tmp/comfydoctor-prove.XXXXXX)
out=${COMFYDOCTOR_PROOF:-$(pwd)}

say() { printf '== %s\n' "$*"; }
# What the program records lies in a folder of its own: that may stay after a removal.
inside() { chroot "$root" env -i HOME=/root COMFYDOCTOR_HOME=/tmp/recorded \
    LANG=C.UTF-8 TERM=dumb \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
leave() {
    for place in dev/pts dev proc sys; do umount -l "$root/$place" 2>/dev/null || true; done
    if mount | grep -q " $root/"; then say "still mounted: $root"; else rm -rf "$root"; fi
}
trap leave EXIT

[ -d "$base/etc" ] || debootstrap --variant=minbase bookworm "$base"
cp -a "$base/." "$root/"
for place in proc sys dev dev/pts; do mount --bind "/$place" "$root/$place"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
[ ! -d /etc/apt ] || cp -a /etc/apt/. "$root/etc/apt/"
export DEBIAN_FRONTEND=noninteractive
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends xvfb xauth >/dev/null 2>&1
cp "$package" "$root/root/"
name=$(basename "$package")
find "$root" -xdev -not -path "$root/proc/*" -type f | sed "s#^$root##" | sort > "$root.before"

say "install $name"
begin=$(date +%s)
case $name in
    *.deb) inside apt-get install -y -qq --no-install-recommends "/root/$name" >/dev/null 2>&1
        program=comfydoctor ;;
    *.run) inside apt-get install -y -qq --no-install-recommends xz-utils libgl1 libegl1 \
            fontconfig-config fonts-dejavu-core >/dev/null 2>&1
        inside sh "/root/$name" --quiet >/dev/null
        program=/root/.local/bin/comfydoctor ;;
    *.tar.xz) inside apt-get install -y -qq --no-install-recommends xz-utils libgl1 libegl1 \
            fontconfig-config fonts-dejavu-core >/dev/null 2>&1
        inside tar -C /root -xf "/root/$name"
        program=$(cd "$root" && echo root/comfydoctor-*/comfydoctor); program=/$program ;;
esac
say "installed in $(($(date +%s) - begin)) s"

say "version"; inside "$program" --version
say "a window on Xvfb"
inside xvfb-run -a env QT_QPA_PLATFORM=xcb "$program" screenshot now \
    --scenario out-of-memory --out /root/now.png
cp "$root/root/now.png" "$out/proof-${name%%_*}-$(date +%H%M%S).png"
say "from trouble to a verified fix"
inside sh -c "$program simulate --scenario out-of-memory --speed 4 --port 18188 >/dev/null &
    simulator=\$!; sleep 12
    $program check --url http://127.0.0.1:18188 | head -4
    $program fix free-memory --url http://127.0.0.1:18188 --yes
    outcome=\$?; kill \$simulator 2>/dev/null; exit \$outcome" || say "FAILED: the fix did not reach its aim"

say "remove"
case $name in
    *.deb) inside apt-get remove -y -qq comfydoctor >/dev/null 2>&1 ;;
    *.run) inside /root/.local/opt/comfydoctor/uninstall.sh --everything ;;
    *.tar.xz) rm -rf "$root"/root/comfydoctor-* ;;
esac
find "$root" -xdev -not -path "$root/proc/*" -type f | sed "s#^$root##" | sort > "$root.after"
left=$(comm -13 "$root.before" "$root.after" | grep -i comfydoctor |
    grep -v -e "/root/$name" -e /tmp/recorded || true)
rm -f "$root.before" "$root.after"
if [ -n "$left" ]; then say "LEFT BEHIND:"; printf '%s\n' "$left"; exit 1; fi
say "nothing is left behind"
