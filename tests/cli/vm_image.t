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
for tool in qemu-system-x86_64 busybox ndctl daxctl kmod cpio mkfs.ext4 mkfs.xfs filefrag dpkg; do
	command_of $tool 'exit 1'
done
command_of id 'echo 0'
# shellcheck disable=SC2016 # expanded inside
command_of apt-cache "[ ! -e '$T/updated' ] || echo '  Depends: linux-image-6.1.0-0-amd64'"
command_of apt-get "case \$2 in" "update) [ -e '$T/offline' ] || : >'$T/updated' ;;" \
	"download) echo \"E: no route to the mirror of \$3\" >&2; exit 100 ;;" esac

# made [POCKET]: the output of image.sh and its exit status
made() {
	PATH=$T/bin:$PATH "$SRC/tests/vm/image.sh" "$BTTBENCH" "$T/vm" "$@" 2>&1
	echo "exit $?"
}

: >"$T/offline"
is "without lists and network the tests are skipped, with the reason" "$(made)" "no virtual machine: apt knows no linux-image-amd64
exit 77"
rm "$T/offline"
is "without lists they are fetched, and the package is requested" "$(made)" \
	"no virtual machine: apt can't download linux-image-6.1.0-0-amd64: E: no route to the mirror of linux-image-6.1.0-0-amd64
exit 77"

# the newer kernel: lists of its own, so that the machine's lists stay as they are
command_of apt-get "case \" \$* \" in" "*' indextargets '*) [ -e '$T/offline' ] || echo http://mirror/debian/ ;;" \
	"*' update '*) echo \"\$*\" >'$T/asked'; cp '$T/vm/apt/sources.list' '$T/sources'; : >'$T/updated' ;;" \
	"*' download '*) echo \"E: no route\" >&2; exit 100 ;;" esac
rm "$T/updated"
is "backports: without the package the tests are skipped, with the reason" "$(made backports)" \
	"no virtual machine: apt can't download linux-image-6.1.0-0-amd64: E: no route
exit 77"
like "... apt writes its lists below the folder" "$(cat "$T/asked")" "Dir::State::lists=$T/vm/apt/lists .*Dir::Cache=$T/vm/apt/cache "
like "... lists of this Debian's backports alone" "$(cat "$T/sources")" '^deb http://mirror/debian/ [a-z]+-backports main$'
: >"$T/offline"
like "... and the reason if apt does not know the mirror" "$(made backports)" 'no virtual machine: apt has no lists of Debian [a-z]+ '
plan_done
