/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_DIMM_H
#define BENCH_DIMM_H

#include "devices.h"

struct ndctl_dimm;

/* Reads name, flags, shutdown count and SMART data of one NVDIMM. SMART needs root. */
void dimm_read(struct ndctl_dimm *from, struct device_dimm *dimm);

#endif
