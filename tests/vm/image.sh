#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# image.sh BTTBENCH FOLDER [backports] -- makes the files that a guest boots from: FOLDER/vmlinuz and
# FOLDER/initramfs.gz. FOLDER is an absolute path.
#
# Only one test at a time makes them; later tests reuse them if they were made from the same inputs.
#
# The kernel is Debian's own, or the newer one of its backports. It is unpacked beside them (nothing is installed) and
# kept for later. The initramfs contains busybox, the tools for NVDIMMs and file systems, the modules they need and this
# bttbench. If a package is not available, exits with 77; the last line is the reason.
set -eu
bttbench=$1 folder=$2 pocket=${3:-}
here=$(dirname "$0")
linux=$folder/linux

missing() {
	echo "no virtual machine: $*"
	exit 77
}

PATH=$PATH:/sbin:/usr/sbin
for tool in qemu-system-x86_64 busybox ndctl daxctl kmod cpio mkfs.ext4 mkfs.xfs filefrag; do
	command -v "$tool" >/dev/null || missing "$tool is not installed (make deps-vm)"
done

# use_pocket: sets $apt_options to lists of apt that have only the pocket ("backports") of this Debian; the machine's own
# lists stay as they are
use_pocket() {
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	# shellcheck disable=SC2016 # for apt
	archive=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $codename" 'Created-By: Packages' | head -n 1)
	[ -n "$archive" ] || missing "apt has no lists of Debian $codename (apt-get update)"
	mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
	echo "deb $archive $codename-$pocket main" >"$folder/apt/sources.list"
	apt_options="-o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists=$folder/apt/lists -o Dir::Cache=$folder/apt/cache"
}

# the kernel package behind linux-image-amd64, from apt's lists; fails with the reason in $why
download_kernel() {
	# shellcheck disable=SC2086 # a list of options
	package=$(apt-cache $apt_options depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: *//p' | head -n 1)
	why="apt knows no linux-image-amd64${pocket:+ in $pocket}"
	[ -n "$package" ] || return 1
	# shellcheck disable=SC2086
	(cd "$linux.new" && apt-get -qq $apt_options download "$package" 2>apt.log) && return
	why="apt can't download $package: $(grep '^E:' "$linux.new/apt.log" | head -n 1)"
	return 1
}

# its boot image and modules; images of machines come without apt's lists, and lists grow old
fetch_kernel() {
	as_root='' apt_options=''
	[ "$(id -u)" = 0 ] || as_root='sudo -n'
	rm -rf "$linux.new" && mkdir -p "$linux.new"
	[ -z "$pocket" ] || { use_pocket && as_root=; }
	if ! download_kernel; then
		# shellcheck disable=SC2086
		$as_root apt-get -qq $apt_options update >/dev/null 2>&1 || :
		download_kernel || missing "$why"
	fi
	dpkg -x "$linux.new"/*.deb "$linux.new"
	rm -rf "$linux.new"/*.deb "$folder/apt"
	mv "$linux.new" "$linux"
}

# copies a program with the libraries that the loader would use
add_program() {
	cp -L "$1" "$root/bin/"
	for library in $(ldd "$1" | grep -o '/[^ ]*'); do
		mkdir -p "$root$(dirname "$library")"
		cp -Lu "$library" "$root$library"
	done
}

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9
[ -d "$linux" ] || fetch_kernel
version=$(basename "$linux"/lib/modules/*)
made_of=$(cat "$bttbench" "$0" "$here"/guest/* "$linux/boot/vmlinuz-$version" | md5sum)
[ "$(cat "$folder/made_of" 2>/dev/null)" != "$made_of" ] || exit 0
rm -f "$folder/made_of"

root=$folder/root
rm -rf "$root"
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/etc" "$root/lib/modules/$version"
cp "$(command -v busybox)" "$root/bin/busybox"
for name in $(busybox --list); do
	ln -s busybox "$root/bin/$name" 2>/dev/null || :
done
# busybox's dd uses the page cache when the kernel rejects direct access
rm -f "$root/bin/modprobe" "$root/bin/dd"
for program in dd ndctl daxctl cxl kmod numactl mkfs.ext4 mkfs.xfs filefrag; do
	! command -v "$program" >/dev/null || add_program "$(command -v "$program")"
done
ln -s kmod "$root/bin/modprobe"
add_program "$bttbench"
modules=kernel/drivers
for dir in nvdimm dax acpi/nfit cxl virtio; do
	mkdir -p "$root/lib/modules/$version/$modules/$dir"
	cp -r "$linux/lib/modules/$version/$modules/$dir/." "$root/lib/modules/$version/$modules/$dir/"
done
depmod -b "$linux" "$version"
for module in virtio_blk ext4 xfs crc32c_generic hwpoison_inject; do
	modprobe -d "$linux" -S "$version" --show-depends "$module" | sed -n 's/^insmod //p'
done | sort -u | while read -r file; do
	mkdir -p "$root$(dirname "${file#"$linux"}")"
	cp "$file" "$root${file#"$linux"}"
done
cp "$linux/lib/modules/$version"/modules.builtin* "$linux/lib/modules/$version/modules.order" "$root/lib/modules/$version/"
depmod -b "$root" "$version"
echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >"$root/etc/passwd"
cp "$here"/guest/* "$root/"
chmod 755 "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$folder/initramfs.new"
# renamed, because another test may be starting a machine from the old files
cp "$linux/boot/vmlinuz-$version" "$folder/vmlinuz.new"
mv "$folder/vmlinuz.new" "$folder/vmlinuz"
mv "$folder/initramfs.new" "$folder/initramfs.gz"
echo "$made_of" >"$folder/made_of"
