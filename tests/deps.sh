#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# deps.sh KIND:NAME=PACKAGE... -- installs the Debian package of each missing NAME.
# KIND: pc = a module that pkg-config knows, tool = a command on the PATH, file = a path, with wildcards.
set -eu
missing=
for want in "$@"; do
	kind=${want%%:*} rest=${want#*:}
	name=${rest%%=*} package=${rest#*=}
	case $kind in
	pc) pkg-config --exists "$name" 2>/dev/null || missing="$missing $package" ;;
	tool) command -v "$name" >/dev/null || missing="$missing $package" ;;
	# shellcheck disable=SC2086 # the wildcards are for the shell
	file) ls $name >/dev/null 2>&1 || missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
	command -v sudo >/dev/null || as_root=none
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null; then
	echo "deps: these Debian packages are missing, and this is neither root nor has sudo and apt-get:$missing" >&2
	exit 1
fi
echo "deps: installing$missing" >&2
$as_root apt-get -qq update
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq -y --no-install-recommends install $missing >/dev/null
