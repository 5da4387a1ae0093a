# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# vm.sh -- boots the guest of a test: `. "$SRC/tests/vm/vm.sh"`, after tap.sh.
#
# VM_KERNEL=backports: the guest runs the newer kernel of Debian's backports.
# KEEP=FOLDER: keeps consoles, kernel logs and results of finished machines in FOLDER.
#
# Two nodes with two CPUs each; the NVDIMMs are near them in turn. With the domain "cxl" the images are CXL modules, all
# of them near node 1. The processor is emulated, so times in the guest mean nothing.
#
# The first serial port has the output of /init alone ($T/console), the second one the kernel's log ($T/kernel.log).
#
# A slow guest is not a hung one. The host ends a guest
#   - that is idle: VM_IDLE seconds without output, with less than 5 % of a processor. An idle guest needs 1 to 2 %; one
#     with work gets 5 % even beside 19 other busy threads per processor. A script that waits must print something
#     within this time;
#   - that used VM_START_CPU seconds of CPU time before its scenario began; a start needs about 10;
#   - that runs for VM_LIMIT seconds.
# A guest that never got to its scenario is started once more: nothing of this project has run in it.

VM=$SRC/build/vm${VM_KERNEL:+-$VM_KERNEL}
VM_LABEL=$((256 << 10))
VM_IDLE=${VM_IDLE:-60}
VM_START_CPU=${VM_START_CPU:-90}
VM_LIMIT=${VM_LIMIT:-1800}
VM_TICK=${VM_TICK:-1}
VM_HZ=$(getconf CLK_TCK)

why=$("$SRC/tests/vm/image.sh" "$BTTBENCH" "$VM" "${VM_KERNEL:-}" 2>&1)
case $? in
0) ;;
77) skip_all "$(printf '%s\n' "$why" | tail -n 1)" ;;
*) bail "$why" ;;
esac

# vm_nvdimm FILE MIB [labels]: makes an empty image. MIB is a multiple of 16. Labels use 256 KiB more at the end of the
# file; without them byte 0 of the file is byte 0 of the kernel's namespace.
vm_nvdimm() {
	truncate -s $(($2 << 20)) "$1" && truncate -s "+$([ "${3:-}" = labels ] && echo "$VM_LABEL" || echo 0)" "$1"
}

# vm_module N FILE: the options for NVDIMM N, with a label area if the size of the file contains one
vm_module() {
	vm_size=$(stat -c %s "$2")
	printf -- '-object memory-backend-file,id=m%d,share=on,mem-path=%s,size=%d ' "$1" "$2" "$vm_size"
	printf -- '-device nvdimm,id=d%d,memdev=m%d,node=%d' "$1" "$1" $(($1 % 2))
	[ $((vm_size % (1 << 20))) -eq 0 ] || printf ',label-size=%d' "$VM_LABEL"
	printf ' '
}

# vm_cxl_module N FILE: the same for CXL module N; FILE.lsa keeps its labels
vm_cxl_module() {
	[ -f "$2.lsa" ] || truncate -s 1M "$2.lsa"
	printf -- '-object memory-backend-file,id=m%d,share=on,mem-path=%s,size=%d ' "$1" "$2" "$(stat -c %s "$2")"
	printf -- '-object memory-backend-file,id=l%d,share=on,mem-path=%s.lsa,size=1M ' "$1" "$2"
	printf -- '-device cxl-rp,port=%d,bus=cxl,id=rp%d,chassis=0,slot=%d ' "$1" "$1" $(($1 + 2))
	printf -- '-device cxl-type3,bus=rp%d,memdev=m%d,lsa=l%d,id=d%d,sn=%d ' "$1" "$1" "$1" "$1" $((0x1234567 + $1))
}

# vm_start SCENARIO DOMAIN NVDIMM...: starts the guest in the background as $vm_pid. At most 8 NVDIMMs; the first one has
# handle 1 in the guest.
vm_start() {
	truncate -s 64M "$T/results.raw"
	truncate -s 0 "$T/console" "$T/kernel.log"
	vm_append="earlyprintk=ttyS1,115200 console=ttyS1 loglevel=7 panic=-1 scenario=$1"
	vm_machine="pc,nvdimm=on,nvdimm-persistence=$2" vm_bus=pci.0 vm_module=vm_module vm_modules='' vm_next=0
	if [ "$2" = cxl ]; then
		# Linux takes a bridge with one port for a bridge without decoders, which this emulator always has
		vm_machine="q35,cxl=on,cxl-fmw.0.targets.0=cxl,cxl-fmw.0.size=4G" vm_bus=pcie.0 vm_module=vm_cxl_module
		vm_modules='-device pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl,numa_node=1 -device cxl-rp,port=7,bus=cxl,id=rp7,chassis=0,slot=9 '
	fi
	shift 2
	for vm_image; do
		vm_modules="$vm_modules$($vm_module $vm_next "$vm_image")"
		vm_next=$((vm_next + 1))
	done
	# shellcheck disable=SC2086 # a list of options
	qemu-system-x86_64 -machine "$vm_machine" -cpu max -m 1G,slots=8,maxmem=8G \
		-smp 4,sockets=2 -accel tcg,thread=multi -no-reboot -display none -monitor none -net none \
		-serial stdio -serial "file:$T/kernel.log" \
		-object memory-backend-ram,id=r0,size=512M -object memory-backend-ram,id=r1,size=512M \
		-numa node,nodeid=0,cpus=0-1,memdev=r0 -numa node,nodeid=1,cpus=2-3,memdev=r1 $vm_modules \
		-drive "file=$T/results.raw,format=raw,if=none,id=results" -device virtio-blk-pci,drive=results,bus=$vm_bus \
		-kernel "$VM/vmlinuz" -initrd "$VM/initramfs.gz" -append "$vm_append" </dev/null >"$T/console" 2>&1 &
	vm_pid=$!
}

# vm_look: sets $vm_now, $vm_cpu (CPU time of the guest, in clock ticks), $vm_waited (at least so long its threads waited
# for a processor, in ns) and $vm_size (bytes of output). Fails when the guest has ended.
vm_look() {
	read -r vm_now </proc/uptime
	vm_now=${vm_now%%.*} vm_sum=0
	for vm_thread in "/proc/$vm_pid/task/"*/schedstat; do
		{ read -r vm_run vm_wait vm_slices <"$vm_thread" && vm_sum=$((vm_sum + vm_wait)); } 2>/dev/null
	done
	[ $vm_sum -lt "$vm_waited" ] || vm_waited=$vm_sum
	{ read -r vm_stat <"/proc/$vm_pid/stat"; } 2>/dev/null || return 1
	# the fields after the name, which can contain spaces; a zombie's CPU time is complete
	# shellcheck disable=SC2086 # a list of fields
	set -- ${vm_stat##*) }
	vm_cpu=$((${12} + ${13}))
	vm_size=$(stat -c %s "$T/console")
	[ "$1" != Z ]
}

# vm_why_end: the reason to end the running guest, in $vm_why; empty if there is none
vm_why_end() {
	vm_why=
	if [ "$vm_size" -ne "$vm_seen_size" ] || [ $((vm_cpu - vm_seen_cpu)) -ge $((VM_IDLE * VM_HZ / 20)) ]; then
		vm_seen=$vm_now vm_seen_cpu=$vm_cpu vm_seen_size=$vm_size
	fi
	[ $((vm_now - vm_seen)) -lt "$VM_IDLE" ] || vm_why="no output and hardly any CPU time for $VM_IDLE s"
	[ $((vm_now - vm_began)) -lt "$VM_LIMIT" ] || vm_why="still running after $VM_LIMIT s"
	[ "$vm_cpu" -lt $((VM_START_CPU * VM_HZ)) ] || vm_started || vm_why="the scenario did not begin within $VM_START_CPU s of CPU time"
}

vm_started() {
	grep -q '^guest: begins' "$T/console"
}

# vm_watch CONDITION: waits for the condition, a command; fails if the guest ends before, by itself or killed for a
# reason. $vm_fate then tells how it ended.
vm_watch() {
	vm_cpu=0 vm_waited=0 vm_why=''
	vm_look
	vm_began=$vm_now vm_seen=$vm_now vm_seen_cpu=$vm_cpu vm_seen_size=0
	while vm_look; do
		! "$1" || return 0
		vm_why_end
		[ -z "$vm_why" ] || break
		sleep "$VM_TICK"
	done
	[ -z "$vm_why" ] || kill -9 "$vm_pid" 2>/dev/null
	wait "$vm_pid" 2>/dev/null
	vm_status=$? vm_pid=
	vm_fate="$([ -n "$vm_why" ] && echo "killed, $vm_why" || echo "ended with status $vm_status") ($((vm_now - vm_began)) s, \
$((vm_cpu / VM_HZ)) s of CPU time, $((vm_waited / 1000000000)) s of waiting for a processor; load average $(cut -d ' ' -f 1-3 /proc/loadavg), \
$(nproc) processors)"
	return 1
}

# vm_run CONDITION SCENARIO DOMAIN NVDIMM...: starts a guest and waits for the condition; once more if the guest never
# got to its scenario
vm_run() {
	vm_condition=$1
	shift
	vm_start "$@"
	vm_watch "$vm_condition" && return
	! vm_started || return
	diag "$1: the guest never got to its scenario, so it is started once more: $vm_fate"
	vm_show_kernel
	vm_start "$@"
	vm_watch "$vm_condition"
}

# vm_take_tests NAME: counts each line "guest: ok" in $T/console.txt as a test
vm_take_tests() {
	while read -r vm_line; do
		case $vm_line in
		"guest: ok "*) tap_result 0 "$1: ${vm_line#guest: ok }" ;;
		"guest: not ok "*) tap_result 1 "$1: ${vm_line#guest: not ok }" ;;
		esac
	done <"$T/console.txt"
}

# vm_show_kernel: the end of the kernel's log, as comments
vm_show_kernel() {
	diag "the kernel's last lines:"
	diag "$(tr -d '\r' <"$T/kernel.log" | tail -n 40)"
}

# vm_show FATE: all that is known about a guest, after a failed test
vm_show() {
	diag "the guest: $1"
	diag "$(cat "$T/console.txt")"
	vm_show_kernel
}

# vm_boot SCENARIO DOMAIN NVDIMM...: runs the guest to its end, counts its tests; results are in $T/results
vm_boot() {
	vm_run false "$@"
	tr -d '\r' <"$T/console" >"$T/console.txt"
	vm_failed=$tap_failed
	vm_take_tests "$1"
	grep -q '^guest: done' "$T/console.txt"
	tap_result $? "$1: the guest ran to its end"
	is "$1: ... with $(basename "$VM"/linux/lib/modules/*)" "$(sed -n 's/^guest: started with //p' "$T/console.txt")" \
		"$(basename "$VM"/linux/lib/modules/*)"
	[ "$tap_failed" -eq "$vm_failed" ] || vm_show "$vm_fate"
	rm -rf "$T/results" && mkdir -p "$T/results"
	tar -x -f "$T/results.raw" -C "$T/results" 2>/dev/null
	[ -z "${KEEP:-}" ] || { mkdir -p "$KEEP/$1" && cp -r "$T/results" "$T/console.txt" "$T/kernel.log" "$KEEP/$1"; }
}

# the status line shows the measured phase
vm_load_runs() {
	tr '\r' '\n' <"$T/console" | grep -q '^run '
}

# vm_kill_load NAME SCENARIO DOMAIN NVDIMM...: starts a guest and kills it at a random moment in the first two seconds of
# its load
vm_kill_load() {
	vm_name=$1 vm_failed=$tap_failed VM_TICK=0.2
	shift
	vm_run vm_load_runs "$@"
	tap_result $? "$vm_name: the load runs"
	sleep "$(awk -v r="$(od -An -N4 -tu4 /dev/urandom)" 'BEGIN { printf "%.3f", r % 2000 / 1000 }')"
	if [ -n "$vm_pid" ]; then
		kill -9 "$vm_pid" 2>/dev/null
		wait "$vm_pid" 2>/dev/null
		vm_status=$? vm_pid='' vm_fate="killed under its load"
	fi
	is "$vm_name: the machine was killed" "$vm_status" 137
	tr '\r' '\n' <"$T/console" >"$T/console.txt"
	vm_take_tests "$vm_name"
	[ "$tap_failed" -eq "$vm_failed" ] || vm_show "$vm_fate"
}

# a stopped test stops its machine too
vm_pid=
trap '[ -z "$vm_pid" ] || kill -9 "$vm_pid" 2>/dev/null; tap_cleanup' EXIT

# verdict_here FILE: the status of a result; "valid" also where the only fault is CPU time that others took. Guests share
# two processors, and a worker of a guest or beside one is kept off its CPU.
verdict_here() {
	if only_disturbed "$1"; then echo valid; else jq -r .verdict.status "$1"; fi
}
