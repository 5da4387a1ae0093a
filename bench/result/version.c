/* SPDX-License-Identifier: BSD-3-Clause */
#include "version.h"

const char bttbench_version[] = BTTBENCH_VERSION;
const char bttbench_commit[] = BTTBENCH_COMMIT;
