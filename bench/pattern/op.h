/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * op.h -- one operation of the load: what a pattern makes, an engine does and a worker measures.
 */
#ifndef BENCH_OP_H
#define BENCH_OP_H

#include <stdint.h>

enum op_kind { OP_READ, OP_WRITE, OP_ZERO, OP_KINDS };

struct op {
	uint64_t lba; /* block of the namespace, in sectors, below the pattern's nlba */
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
