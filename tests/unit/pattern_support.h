/* SPDX-License-Identifier: BSD-3-Clause */
/* pattern_support.h -- one pattern of each kind. */
#ifndef TESTS_PATTERN_SUPPORT_H
#define TESTS_PATTERN_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pattern/pattern.h"

static const struct pattern_params uniform = {
	.kind = PATTERN_UNIFORM,
	.percent = {[OP_READ] = 70, [OP_WRITE] = 25, [OP_ZERO] = 5},
	.lba_first = 1000,
	.nlba = 2096896,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params seq = {
	.kind = PATTERN_SEQ,
	.percent = {[OP_READ] = 30, [OP_WRITE] = 60, [OP_ZERO] = 10},
	.lba_first = 1000,
	.nlba = 4099,
	.lba_start = 2000,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params zipf = {
	.kind = PATTERN_ZIPF,
	.shape = {.theta = 0.99},
	.percent = {[OP_READ] = 70, [OP_WRITE] = 25, [OP_ZERO] = 5},
	.lba_first = 1000,
	.nlba = 2096896,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params hotspot = {
	.kind = PATTERN_HOTSPOT,
	.shape = {.hot_ops = 80, .hot_blocks = 20},
	.percent = {[OP_READ] = 70, [OP_WRITE] = 25, [OP_ZERO] = 5},
	.lba_first = 1000,
	.nlba = 2096896,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params stride = {
	.kind = PATTERN_STRIDE,
	.shape = {.stride = 7},
	.percent = {[OP_READ] = 30, [OP_WRITE] = 60, [OP_ZERO] = 10},
	.lba_first = 1000,
	.nlba = 4099,
	.lba_start = 2000,
	.seed = 42,
	.worker = 3,
};

static inline struct pattern
new_pattern(const struct pattern_params *params)
{
	struct pattern p;

	pattern_init(&p, params);
	return p;
}

#endif
