/* SPDX-License-Identifier: BSD-3-Clause */
/* abi.h -- structs of the public headers that later releases may extend. */
#ifndef BTT_ABI_H
#define BTT_ABI_H

#include <errno.h>
#include <string.h>

#include "btt.h"
#include "errormsg.h"

/* Fills a struct of the caller, `size` bytes as the caller knows it, from one of `known` bytes. */
static inline void
abi_fill(void *to, size_t size, const void *from, size_t known)
{
	memcpy(to, from, size < known ? size : known);
	if (size > known)
		memset((uint8_t *)to + known, 0, size - known);
}

/* 0, or -1/EINVAL for a flag that this release does not know */
static inline int
abi_check_flags(unsigned flags)
{
	if (!(flags & ~BTT_NO_SIGBUS))
		return 0;
	return errormsg_set(EINVAL, "flags=%#x: unknown flag (allowed: BTT_NO_SIGBUS)", flags);
}

/* The same for the last members of a struct of options. */
static inline int
abi_check_options(unsigned flags, const uint64_t *reserved, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (reserved[i])
			return errormsg_set(EINVAL, "reserved[%u]=%ju: must be 0", i,
					    (uintmax_t)reserved[i]);
	}
	return abi_check_flags(flags);
}

/* 0, or -1/EINVAL when the value of an enum is not one of the first `count` */
static inline int
abi_check_enum(const char *name, unsigned value, unsigned count)
{
	if (value < count)
		return 0;
	return errormsg_set(EINVAL, "%s=%u: must be below %u", name, value, count);
}

#endif
