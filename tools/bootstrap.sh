#!/bin/sh
# What `make` needs from the system, on a machine that may have nothing yet.
#
#   bootstrap.sh venv DIR          make a virtual environment with Python 3.11 or newer
#   bootstrap.sh programs NAME...  install what is missing of: stockfish gnugo Xvfb xdotool
#
# `programs` never fails for want of rights: it says what to type, and Arena plays without. Anything it
# installs comes from the system's own package manager; it asks for no password.
set -eu

say() { printf 'arena: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# Debian puts games where root's PATH does not look.
PATH="$PATH:/usr/games"

have_rights() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

have_apt() { command -v apt-get >/dev/null 2>&1; }

apt_install() {
    # A mirror that does not answer must not stop a set-up that can go on without: the caller decides.
    as_root apt-get update -qq || say "apt-get update failed; trying with the lists that are here"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# --- Python ------------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (4,))' >/dev/null 2>&1; }

find_python() {
    # 3.11 first: it is what the pinned versions were tested with. A name on PATH may be a version manager's
    # shim for an interpreter that is not selected, so each candidate has to run.
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if is_new_enough "$candidate"; then printf '%s\n' "$candidate"; return 0; fi
    done
    return 1
}

can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

make_venv() {
    if ! find_python >/dev/null && have_apt && have_rights; then
        say "no Python 3.11 or newer here; installing the system's"
        apt_install python3 python3-venv || true
    fi
    python=$(find_python) || die "Arena needs Python 3.11 or newer and found none." \
        "Debian/Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.12;" \
        "or name one: make play PYTHON=/path/to/python3"
    if ! can_make_venv "$python" && have_apt && have_rights; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "this Python lacks venv; installing python$version-venv"
        apt_install "python$version-venv" || true
    fi
    can_make_venv "$python" || die "'$python' cannot make virtual environments." \
        "Debian/Ubuntu: apt-get install python3-venv; then run make again."
    say "making $1 with $("$python" --version 2>&1)"
    "$python" -m venv "$1"
}

# --- engines and test tools --------------------------------------------------------------------------------

package_of() { # the program's package: Debian's name, or Homebrew's
    case "$1:$2" in
        gnugo:brew) echo gnu-go ;;
        Xvfb:brew) echo xquartz ;;
        Xvfb:apt) echo xvfb ;;
        node:apt) echo nodejs ;;
        npm:brew) echo node ;;
        *) echo "$1" ;;
    esac
}

missing_of() { for name in "$@"; do command -v "$name" >/dev/null 2>&1 || printf '%s ' "$name"; done; }

packages_of() { # packages_of MANAGER NAME...
    manager=$1; shift
    for name in "$@"; do printf '%s ' "$(package_of "$name" "$manager")"; done
}

# Names hold no blanks, so the lists below are split on purpose.
# shellcheck disable=SC2046,SC2086
install_programs() {
    missing=$(missing_of "$@")
    [ -n "$missing" ] || return 0
    if have_apt && have_rights; then
        say "installing $missing"
        apt_install $(packages_of apt $missing) || say "the package manager could not install all of them"
        missing=$(missing_of "$@")
        [ -n "$missing" ] || return 0
    fi
    if have_apt; then hint="sudo apt-get install $(packages_of apt $missing)"
    elif [ "$(uname -s)" = Darwin ]; then hint="brew install $(packages_of brew $missing)"
    else hint="your package manager, packages $(packages_of apt $missing)"
    fi
    say "not here: ${missing}- Arena works without; to have them: $hint"
}

[ $# -ge 2 ] || die "usage: bootstrap.sh venv DIR | programs NAME..."
action=$1; shift
case "$action" in
    venv) make_venv "$1" ;;
    programs) install_programs "$@" ;;
    *) die "unknown action '$action'; there are: venv, programs" ;;
esac
