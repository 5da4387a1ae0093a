/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_RESULT_READ_DEVICE_H
#define BENCH_RESULT_READ_DEVICE_H

#include "read_field.h"
#include "result.h"

/* Reads the members of a namespace that are about its device: node_source, nodes, interleave, modules. */
void read_device(struct field *at, struct result_namespace *ns);

#endif
