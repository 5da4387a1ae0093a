/* SPDX-License-Identifier: BSD-3-Clause */
/* ns_impl.h -- what is behind struct btt_ns; for the files of ns/ alone. */
#ifndef BTT_NS_IMPL_H
#define BTT_NS_IMPL_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "ns.h"

struct btt_ns {
	struct ns_callback
		callbacks; /* a copy of its own: what they say is true of this namespace */
	struct btt_ns_facts facts;
	int fd;                  /* holds the lock; -1 for dram */
	_Atomic int sync_failed; /* errno of the first msync that failed: nothing is durable from
				    then on */
};

/* a new one with nothing mapped, or NULL/ENOMEM */
struct btt_ns *ns_new(enum btt_ns_kind kind, enum btt_ns_mode mode);

/* chooses the callbacks once size, base, is_pmem and mode are known */
void ns_set_callbacks(struct btt_ns *ns);

/* each maps what `fd` has open and fills size, base, is_pmem and node; 0 or -1/errno */
int ns_map_file(struct btt_ns *ns, const char *path, const struct stat *st);
int ns_map_dax(struct btt_ns *ns, const char *path, const struct stat *st);

/* 0, or -1 with the reason why a DAX device that the machine has is not in /dev under its name */
int ns_explain_missing_dax(const char *path);

/* maps `size` bytes of an open namespace: by libpmem for writing, by mmap for reading */
int ns_map_path(struct btt_ns *ns, const char *path, uint64_t size);

#endif
