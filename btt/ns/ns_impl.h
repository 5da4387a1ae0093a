/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ns_impl.h -- struct btt_ns and the steps of opening it, for the files of ns/.
 *
 * ns.c opens by path, dram.c opens plain memory; both choose the kind, map, and end with
 * ns_set_callbacks.
 */
#ifndef BTT_NS_IMPL_H
#define BTT_NS_IMPL_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "ns.h"

struct btt_ns {
	struct ns_callback callbacks; /* of this namespace alone: they depend on its facts */
	struct btt_ns_facts facts;
	unsigned flags;
	int has_guard;             /* ns_set_callbacks has called guard_open */
	_Atomic int sync_deferred; /* 1: msync waits for btt_ns_defer_sync(ns, 0) */
	_Atomic int sync_failed;   /* errno of the first msync that failed */
};

/* A new namespace with nothing mapped; NULL with EINVAL for wrong flags or mode, or ENOMEM. */
struct btt_ns *ns_new(enum btt_ns_kind kind, enum btt_ns_mode mode, unsigned flags);

/* Chooses the callbacks. Size, base, is_pmem and mode are known. */
void ns_set_callbacks(struct btt_ns *ns);

/* Each maps the open file facts.fd and fills size, base, is_pmem and node. 0 or -1/errno. */
int ns_map_file(struct btt_ns *ns, const char *path, const struct stat *st);
int ns_map_dax(struct btt_ns *ns, const char *path, const struct stat *st);
int ns_map_block(struct btt_ns *ns, const char *path, const struct stat *st);

/* 0; or -1 with the reason why a DAX device of this machine is missing in /dev */
int ns_explain_missing_dax(const char *path);

/*
 * Maps `size` bytes of an open namespace: by libpmem for writing, by mmap for reading. 0 or
 * -1/errno.
 */
int ns_map_path(struct btt_ns *ns, const char *path, uint64_t size);

#endif
