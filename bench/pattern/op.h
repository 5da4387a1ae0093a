/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * op.h -- one operation. A pattern creates it, an engine executes it, a worker measures it.
 */
#ifndef BENCH_OP_H
#define BENCH_OP_H

#include <stdint.h>

enum op_kind { OP_READ, OP_WRITE, OP_ZERO, OP_KINDS };

struct op {
	uint64_t lba; /* first block of the op; inside the range of the pattern */
	enum op_kind kind;
};

/* "read", "write" or "zero" */
static inline const char *
op_kind_name(enum op_kind kind)
{
	static const char *const names[OP_KINDS] = {"read", "write", "zero"};

	return names[kind];
}

#endif
