/* SPDX-License-Identifier: BSD-3-Clause */
/* read_hosts.h -- the machine and its namespaces; the hosts of a merged result. For read.c. */
#ifndef BENCH_RESULT_READ_HOSTS_H
#define BENCH_RESULT_READ_HOSTS_H

#include "read_field.h"
#include "result.h"

/* The member `host`. */
void read_host(struct field *of, struct result_host *host);

/* The members `namespace` and `namespaces`. */
void read_first_namespace(struct field *of, struct result *result);

/* The member `hosts`. `result` has its jobs and namespaces already. */
void read_hosts(struct field *of, struct result *result);

#endif
