#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# vm_image.t -- tests/vm/image.sh without the kernel's package: it asks apt for new lists before it skips the tests in
# a virtual machine, and prints the reason.
. "$SRC/tests/cli/tap.sh"

# command_of NAME LINE...: makes a command that is first on the PATH
command_of() {
	name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$T/bin/$name"
	chmod 755 "$T/bin/$name"
}

mkdir "$T/bin"
for tool in qemu-system-x86_64 busybox ndctl daxctl kmod cpio dpkg; do
	command_of $tool 'exit 1'
done
command_of id 'echo 0'
# shellcheck disable=SC2016 # expanded inside
command_of apt-cache "[ ! -e '$T/updated' ] || echo '  Depends: linux-image-6.1.0-0-amd64'"
command_of apt-get "case \$2 in" "update) [ -e '$T/offline' ] || : >'$T/updated' ;;" \
	"download) echo \"E: no route to the mirror of \$3\" >&2; exit 100 ;;" esac

# made: the output of image.sh and its exit status
made() {
	PATH=$T/bin:$PATH "$SRC/tests/vm/image.sh" "$BTTBENCH" "$T/vm" 2>&1
	echo "exit $?"
}

: >"$T/offline"
is "without lists and network the tests are skipped, with the reason" "$(made)" "no virtual machine: apt knows no linux-image-amd64
exit 77"
rm "$T/offline"
is "without lists they are fetched, and the package is requested" "$(made)" \
	"no virtual machine: apt can't download linux-image-6.1.0-0-amd64: E: no route to the mirror of linux-image-6.1.0-0-amd64
exit 77"
plan_done
