/* SPDX-License-Identifier: BSD-3-Clause */
/* dimm.h -- what libndctl tells of one NVDIMM. */
#ifndef BENCH_DIMM_H
#define BENCH_DIMM_H

#include "devices.h"

struct ndctl_dimm;

void dimm_read(struct ndctl_dimm *from, struct device_dimm *dimm);

#endif
