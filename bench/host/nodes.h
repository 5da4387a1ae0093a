/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_HOST_NODES_H
#define BENCH_HOST_NODES_H

#include "result/device.h"

/*
 * Lists the nodes with the CPUs that are nearest to the memory of node `target`: itself if it has CPUs, otherwise the
 * initiators of its access class 1 (CPUs only) or 0, which the kernel has from ACPI's HMAT. Empty when it has none.
 */
void nodes_read_access(int target, struct device_node_list *list);

#endif
