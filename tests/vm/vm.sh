# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# vm.sh -- boots the guest of a test: `. "$SRC/tests/vm/vm.sh"`, after tap.sh.
#
# Two nodes with two CPUs and one NVDIMM each, the processor emulated: a time measured in it means nothing.

VM=$SRC/build/vm
VM_LABEL=$((256 << 10))
# Whole image plus label area: a multiple of 16 MiB, and 256 KiB more. VM_LABELS=0: no label area, and what
# the kernel sees at byte 0 of its namespace is byte 0 of the file.
VM_LABELS=1
VM_TIMEOUT=100

why=$("$SRC/tests/vm/image.sh" "$BTTBENCH" "$VM" 2>&1)
case $? in
0) ;;
77) skip_all "$(printf '%s\n' "$why" | tail -n 1)" ;;
*) bail "$why" ;;
esac

# vm_nvdimm FILE MIB: an empty image
vm_nvdimm() {
	truncate -s $(($2 << 20)) "$1" && truncate -s "+$([ "$VM_LABELS" = 1 ] && echo "$VM_LABEL" || echo 0)" "$1"
}

# vm_start SCENARIO DOMAIN NV0 NV1: in the background; $vm_pid, console in $T/console
vm_start() {
	truncate -s 64M "$T/results.raw"
	labels=
	[ "$VM_LABELS" = 0 ] || labels=,label-size=256K
	qemu-system-x86_64 -machine "pc,nvdimm=on,nvdimm-persistence=$2" -cpu max -m 1G,slots=4,maxmem=8G \
		-smp 4,sockets=2 -accel tcg,thread=multi -nographic -no-reboot -monitor none -net none \
		-object memory-backend-ram,id=r0,size=512M -object memory-backend-ram,id=r1,size=512M \
		-numa node,nodeid=0,cpus=0-1,memdev=r0 -numa node,nodeid=1,cpus=2-3,memdev=r1 \
		-object "memory-backend-file,id=m0,share=on,mem-path=$3,size=$(stat -c %s "$3")" \
		-device "nvdimm,id=d0,memdev=m0,node=0$labels" \
		-object "memory-backend-file,id=m1,share=on,mem-path=$4,size=$(stat -c %s "$4")" \
		-device "nvdimm,id=d1,memdev=m1,node=1$labels" \
		-drive "file=$T/results.raw,format=raw,if=virtio" \
		-kernel "$VM/vmlinuz" -initrd "$VM/initramfs.gz" \
		-append "console=ttyS0 quiet loglevel=4 panic=-1 scenario=$1" </dev/null >"$T/console" 2>&1 &
	vm_pid=$!
}

# vm_boot SCENARIO DOMAIN NV0 NV1: to the end; each line "guest: ok" is a test, results are in $T/results
vm_boot() {
	vm_start "$@"
	for vm_tick in $(seq "$VM_TIMEOUT"); do
		kill -0 "$vm_pid" 2>/dev/null || break
		sleep 1
	done
	kill -9 "$vm_pid" 2>/dev/null && diag "killed after ${VM_TIMEOUT} s"
	wait "$vm_pid" 2>/dev/null
	tr -d '\r' <"$T/console" >"$T/console.txt"
	vm_failed=$tap_failed
	while read -r vm_line; do
		case $vm_line in
		"guest: ok "*) tap_result 0 "$1: ${vm_line#guest: ok }" ;;
		"guest: not ok "*) tap_result 1 "$1: ${vm_line#guest: not ok }" ;;
		esac
	done <"$T/console.txt"
	grep -q '^guest: done' "$T/console.txt"
	tap_result $? "$1: the guest came to its end"
	[ "$tap_failed" -eq "$vm_failed" ] || diag "$(cat "$T/console.txt")"
	rm -rf "$T/results" && mkdir -p "$T/results"
	tar -x -f "$T/results.raw" -C "$T/results" 2>/dev/null
}
