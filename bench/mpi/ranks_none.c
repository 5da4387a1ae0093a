/* SPDX-License-Identifier: BSD-3-Clause */
/* ranks_none.c -- a build without MPI. No ranks are ever open. */
#include "ranks.h"

#include <stdlib.h>

struct ranks *
ranks_open(struct why *why)
{
	why_say(why,
		"this bttbench is built without MPI (allowed: a build by 'make MPI=1', which needs "
		"the Debian packages libopenmpi-dev and openmpi-bin)");
	return NULL;
}

int
ranks_number(const struct ranks *ranks)
{
	(void)ranks;
	abort();
}

int
ranks_count(const struct ranks *ranks)
{
	(void)ranks;
	abort();
}

const char *
ranks_name(const struct ranks *ranks, int rank)
{
	(void)ranks;
	(void)rank;
	abort();
}

const struct run_peers *
ranks_peers(const struct ranks *ranks)
{
	(void)ranks;
	abort();
}

int
ranks_gather(struct ranks *ranks, const char *text, char ***texts, struct why *why)
{
	(void)ranks;
	(void)text;
	(void)texts;
	(void)why;
	abort();
}

int
ranks_is_over(struct ranks *ranks)
{
	(void)ranks;
	abort();
}

void
ranks_close(struct ranks *ranks, const char *failure, struct why *first)
{
	(void)ranks;
	(void)failure;
	(void)first;
	abort();
}
