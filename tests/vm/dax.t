#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# dax.t -- bttbench on real device DAX with two NUMA nodes, in a virtual machine.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

vm_nvdimm "$T/nv0" 512 && vm_nvdimm "$T/nv1" 512
vm_boot dax mem-ctrl "$T/nv0" "$T/nv1"
cp -r "$T/results" "$T/console.txt" /tmp/vmres/ 2>/dev/null
plan_done
