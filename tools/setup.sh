#!/usr/bin/env bash
# Makes a working copy ready: system libraries by apt (only the missing ones), the locked
# Python packages in .venv, the project itself. The Makefile runs it before every target;
# run again with nothing to do, it changes nothing.
#
#   tools/setup.sh            what every target needs
#   tools/setup.sh test       and the C compiler that the power cut tests build their recorder with
#   tools/setup.sh screen     and what a window on an X11 or Wayland screen needs
#   tools/setup.sh bundle     and what PyInstaller needs, the libraries of a screen with it
#
# It must never ask for a password it does not need, and never leave a half-made .venv
# marked as ready.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly part="${1:-base}"
readonly log="out/setup.log"
readonly ready=".venv/.ready"

say() { printf 'set-up: %s\n' "$*"; }

stop() {
    printf '\nset-up stopped: %s\n' "$1" >&2
    shift
    if [ "$#" -gt 0 ]; then printf '  %s\n' "$@" >&2; fi
    exit 1
}

show_trouble() { { grep -iE '^ *(E:|error)' "$log" || cat "$log"; } | tail -n 8 | sed 's/^/  | /' >&2; }

# --- system packages ------------------------------------------------------------------------
# A library is looked for by its own name, because package names differ between Debian
# releases; the package is the one that Debian 12 installs for it.

base_libraries="
libEGL.so.1             libegl1
libGL.so.1              libgl1
libX11.so.6             libx11-6
libglib-2.0.so.0        libglib2.0-0
libgthread-2.0.so.0     libglib2.0-0
libfontconfig.so.1      libfontconfig1
libfreetype.so.6        libfreetype6
libxkbcommon.so.0       libxkbcommon0
libdbus-1.so.3          libdbus-1-3
libgssapi_krb5.so.2     libgssapi-krb5-2
libbrotlidec.so.1       libbrotli1
"
screen_libraries="
libxkbcommon-x11.so.0   libxkbcommon-x11-0
libX11-xcb.so.1         libx11-xcb1
libxcb-cursor.so.0      libxcb-cursor0
libxcb-icccm.so.4       libxcb-icccm4
libxcb-image.so.0       libxcb-image0
libxcb-keysyms.so.1     libxcb-keysyms1
libxcb-randr.so.0       libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0       libxcb-shape0
libxcb-shm.so.0         libxcb-shm0
libxcb-sync.so.1        libxcb-sync1
libxcb-util.so.1        libxcb-util1
libxcb-xfixes.so.0      libxcb-xfixes0
libxcb-xkb.so.1         libxcb-xkb1
libwayland-client.so.0  libwayland-client0
libwayland-cursor.so.0  libwayland-cursor0
libwayland-egl.so.1     libwayland-egl1
"

find_python() {
    local name
    for name in "${PYTHON:-}" python3.11 python3 python3.12 python3.13 python3.14; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && "$name" -c \
            'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    stop "Python 3.11 or newer is needed, and was not found." \
        "On Debian 12: sudo apt-get install python3" \
        "Elsewhere: set PYTHON to the program, as in: make test PYTHON=/opt/python/bin/python3"
}

missing_packages() { # the python program
    local known library package
    known="$(/sbin/ldconfig -p)"
    local libraries="$base_libraries"
    case "$part" in screen | bundle) libraries="$libraries$screen_libraries" ;; esac
    while read -r library package; do
        if [ -n "$library" ] && ! grep -qF "$library " <<<"$known"; then echo "$package"; fi
    done <<<"$libraries"
    command -v dbus-daemon >/dev/null || echo dbus-daemon
    "$1" -c 'import ensurepip, venv' 2>/dev/null ||
        "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    if [ "$part" = test ]; then
        command -v cc >/dev/null || echo gcc
        if ! { command -v cc && echo '#include <dlfcn.h>' | cc -E -; } >/dev/null 2>&1; then
            echo libc6-dev
        fi
    fi
    if [ "$part" = bundle ]; then
        if ! command -v objdump >/dev/null || ! command -v strip >/dev/null; then echo binutils; fi
        "$1" -c '
import sys, sysconfig
from pathlib import Path
name = sysconfig.get_config_var("INSTSONAME")
beside = Path(sysconfig.get_config_var("LIBDIR"), name).exists()
if not beside and name not in sys.argv[1]:
    print("libpython%d.%d" % sys.version_info[:2])' "$known"
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1
}

install_system_packages() { # the python program
    local missing
    mapfile -t missing < <(missing_packages "$1" | sort -u)
    if [ "${#missing[@]}" = 0 ]; then return; fi
    local by_hand="apt-get install ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        stop "system libraries are missing, and this system has no apt to install them with." \
            "Debian calls them: ${missing[*]}" "Install their like, then run the command again."
    fi
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            stop "system packages are missing, and you are neither root nor have sudo." \
                "Missing: ${missing[*]}" "As root, run: $by_hand" "then run the command again."
        fi
        if ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && sudo -v; }; then
            stop "system packages are missing, and sudo did not let us install them." \
                "Missing: ${missing[*]}" "Run: sudo $by_hand" "then run the command again."
        fi
    fi
    say "installing system packages: ${missing[*]}"
    if ! apt_install "${missing[@]}"; then
        say "apt needs its list of packages; fetching it"
        as_root apt-get update >>"$log" 2>&1 || true # a mirror that is down shows in the next line
        if ! apt_install "${missing[@]}"; then
            show_trouble
            stop "apt could not install the missing packages (is there a network?)." \
                "Missing: ${missing[*]}" "By hand: sudo $by_hand" "The whole log: $log"
        fi
    fi
}

# --- Python packages ------------------------------------------------------------------------

venv_is_sound() {
    .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
        2>/dev/null &&
        # its programs carry the folder in their first lines: a moved copy needs a new one
        head -n 3 .venv/bin/pip 2>/dev/null | grep -qF "$PWD/.venv/bin/"
}

make_venv() { # the python program
    if [ -e .venv ] && ! venv_is_sound; then
        say "the Python in .venv does not run here any more; making it anew"
        rm -rf .venv
    fi
    if [ ! -e .venv ]; then
        say "making .venv with $("$1" --version)"
        "$1" -m venv .venv >>"$log" 2>&1 || {
            show_trouble
            rm -rf .venv
            stop "the virtual environment .venv could not be made." "The whole log: $log"
        }
    fi
}

pip_install() { # what to say when it fails, then pip's own words
    local trouble="$1"
    shift
    .venv/bin/python -m pip install --disable-pip-version-check --no-input "$@" >>"$log" 2>&1 || {
        show_trouble
        stop "$trouble" \
            "The whole log: $log" "Nothing is lost: run the command again and it goes on from here."
    }
}

install_python_packages() {
    local wanted
    wanted="$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)"
    if [ -f "$ready" ] && [ "$(cat "$ready")" = "$wanted" ]; then return; fi
    rm -f "$ready"
    say "installing the locked Python packages into .venv (about 200 MB the first time)"
    pip_install "pip could not install the Python packages (is there a network, and room on the disk?)." \
        --require-hashes -r requirements.lock
    pip_install "pip could not install the project itself." \
        --no-deps --no-build-isolation -e .
    echo "$wanted" >"$ready"
    say "ready"
}

case "$part" in
base | test | screen | bundle) ;;
*) stop "unknown part '$part'; use one of: base, test, screen, bundle" ;;
esac
mkdir -p out
: >"$log"
python="$(find_python)"
install_system_packages "$python"
make_venv "$python"
install_python_packages
touch "$ready"
if [ "$part" != base ]; then touch "$ready-$part"; fi
