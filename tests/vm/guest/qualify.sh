# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# qualify.sh -- a qualification of device DAX, near and far. A second one is ended by a signal and resumed.
. /sector.sh
make_dax 0
cat "/sys/bus/dax/devices/$dax/numa_node" >/results/node

# every step, as short as the emulated processor needs it
cat >/tmp/short.ini <<'END'
[qualify]
vary = rw=randread,randwrite
vary = placement=local,remote
repeat = 2
gate.load <= 100%

[global]
placement=local
region=size:4M
precondition=none
threads=1
runtime=0.3s

[precondition]
rw=randwrite
precondition=fill

[matrix]
rw=randread
precondition=fill

[latency]
rw=randread
precondition=fill

[saturation]
rw=randwrite

[verification]
rw=randrw
rwmix=read:50,write:45,zero:5
verify=stamp

[recovery]
rw=randwrite
verify=stamp
END

# a gate of a real machine: the kernel balances at first
bttbench qualify "/dev/$dax" --profile=/tmp/short.ini -o /results/balanced --yes >/tmp/out 2>&1
[ $? = 4 ] && grep -q 'NUMA balancing: on' /tmp/out && ! grep -q '^done *matrix' /tmp/out
ok $? "image 0: NUMA balancing ends the qualification before it measures"
echo 0 >/proc/sys/kernel/numa_balancing

runs "image 0: qualify" may_lose_time bttbench qualify "/dev/$dax" --profile=/tmp/short.ini -o /results/near --yes --keep-going
fails "image 0: the namespace holds a BTT now" "/dev/$dax: holds a BTT" \
	bttbench qualify "/dev/$dax" --profile=/tmp/short.ini -o /results/again --yes
