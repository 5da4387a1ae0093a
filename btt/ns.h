/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ns.h -- namespaces: memory that a BTT can be laid out in, mapped as one piece.
 *
 * libpmem maps them and decides how they are flushed. A namespace opened by path is locked against
 * other processes until it is closed (flock, the same as libpmemblk's): exclusively for writing,
 * shared for reading. Errors: NULL or -1 with errno, and one line in btt_errormsg().
 */
#ifndef BTT_NS_H
#define BTT_NS_H

#include "btt.h"

#ifdef __cplusplus
extern "C" {
#endif

struct btt_ns;

enum btt_ns_kind {
	BTT_NS_DRAM, /* plain memory, gone when closed */
	BTT_NS_FILE, /* fsdax, tmpfs or any other file system */
	BTT_NS_DAX,  /* device DAX */
};
enum btt_ns_mode { BTT_NS_READ_WRITE, BTT_NS_READ_ONLY };

#define BTT_NS_NODE_UNKNOWN (-1)

struct btt_ns_facts {
	enum btt_ns_kind kind;
	enum btt_ns_mode mode;
	uint64_t size;
	void *base;  /* where it is mapped: page aligned, `size` bytes */
	int is_pmem; /* 1: flushed from user space; 0: by msync, which is what a measurement then
			measures */
	int node;    /* NUMA node that the system names for the device, or BTT_NS_NODE_UNKNOWN */
	int created; /* 1: btt_ns_open_path made the file */
	int fd;      /* what is open, and holds the lock; -1 for dram. Not the caller's to close. */
};

/* anonymous memory of `size` bytes, in huge pages when the system gives them */
BTT_API struct btt_ns *btt_ns_open_dram(uint64_t size);

/*
 * A file or a /dev/daxX.Y. create_size != 0: a file that is missing is made that long (sparse), and
 * one that is there must have that size. EBUSY when another process has it.
 */
BTT_API struct btt_ns *btt_ns_open_path(const char *path, enum btt_ns_mode mode,
					uint64_t create_size);
BTT_API void btt_ns_close(struct btt_ns *ns);

/* for btt_init, btt_open and btt_format, with the ns itself as their `ns`; lives as long as it */
BTT_API const struct ns_callback *btt_ns_callbacks(const struct btt_ns *ns);
BTT_API void btt_ns_get_facts(const struct btt_ns *ns, struct btt_ns_facts *facts);

/* "dram", "file", "dax" */
BTT_API const char *btt_ns_kind_name(enum btt_ns_kind kind);

#ifdef __cplusplus
}
#endif
#endif
