/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt.h -- a Block Translation Table: blocks on persistent memory that are written whole or not at
 * all.
 *
 * The first part are the entry points of libpmemblk's btt layer, with its names, arguments and
 * meaning; the second part is what this library adds. The on-media format is that of the UEFI
 * specification (2.0), of the Linux kernel (1.1) and of PMDK (1.1).
 *
 * Errors: -1 (or NULL) with errno set, and one line in btt_errormsg(). The library never prints,
 * never exits and never formats what looks like a damaged BTT. Threads: a lane is used by one
 * thread at a time; different lanes run at once. btt_init, btt_open, btt_format, btt_check*,
 * btt_get_usage and btt_fini want the namespace to themselves.
 */
#ifndef BTT_H
#define BTT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BTT_API __attribute__((visibility("default")))

/*
 * How a namespace is reached. The five functions return 0 (nsmap: the bytes mapped) or -1/errno;
 * `off` counts from the start of the namespace; `lane` is the caller's. They may be called by many
 * threads.
 */
struct ns_callback {
	int (*nsread)(void *ns, unsigned lane, void *buf, size_t count, uint64_t off);
	/* durable on return */
	int (*nswrite)(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off);
	/* durable on return */
	int (*nszero)(void *ns, unsigned lane, size_t count, uint64_t off);
	/* an address at which at least the aligned 8 bytes at `off` can be loaded and stored */
	ssize_t (*nsmap)(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off);
	/* makes stores through such an address durable */
	void (*nssync)(void *ns, unsigned lane, void *addr, size_t len);
	/* a claim, kept for its place; formatting clears what it must and does not rely on it */
	int ns_is_zeroed;

	/*
	 * Optional, all three or none: the namespace is mapped as one piece (nsmap maps all of it),
	 * and stores, flushes and fences are asked for one by one.
	 *
	 * nsstore copies to media, to be visible and durable at the next nsdrain of this thread at
	 * the latest; an aligned 4 or 8 bytes are stored as one, never in parts.
	 */
	void (*nsstore)(void *ns, void *media, const void *src, size_t len);
	/* stores made before become durable at the next nsdrain of this thread */
	void (*nsflush)(void *ns, const void *media, size_t len);
	/* 0, or -1/errno when what was stored or flushed before may not be durable */
	int (*nsdrain)(void *ns);
};

struct btt;

/*
 * Opens the BTT that starts at byte 0 of a namespace of `rawsize` bytes. Where none of the places
 * for info blocks holds a signature, the first write lays one out (flavour pmdk, nfree 256); until
 * then blocks read as zeros. parent_uuid must be the layout's, unless the layout's is null; NULL =
 * any. At most `maxlane` lanes are used, 0 = as many as there are; lbasize 0 = the layout's. EINVAL
 * with the field and value for a damaged or foreign layout.
 */
BTT_API struct btt *btt_init(uint64_t rawsize, uint32_t lbasize, uint8_t parent_uuid[16],
			     unsigned maxlane, void *ns, const struct ns_callback *ns_cbp);
BTT_API unsigned btt_nlane(struct btt *btt);
BTT_API size_t btt_nlba(struct btt *btt);

/*
 * One block of btt_get_layout().lbasize bytes. lane < btt_nlane, lba < btt_nlba, else EINVAL and
 * nothing is done. EIO: the block is marked bad, its map entry is damaged, or its page is. EROFS:
 * opened read-only, or its arena is damaged (btt_readonly_reason). A write or zero is durable on
 * return.
 */
BTT_API int btt_read(struct btt *btt, unsigned lane, uint64_t lba, void *buf);
BTT_API int btt_write(struct btt *btt, unsigned lane, uint64_t lba, const void *buf);
BTT_API int btt_set_zero(struct btt *btt, unsigned lane, uint64_t lba);
/* until it is written again, reading the block gives EIO */
BTT_API int btt_set_error(struct btt *btt, unsigned lane, uint64_t lba);

/* 1 consistent, 0 not, -1/errno could not check */
BTT_API int btt_check(struct btt *btt);
BTT_API void btt_fini(struct btt *btt);

/* ---- beyond libpmemblk's btt layer ---- */

#define BTT_NFREE_DEFAULT  256u
#define BTT_START_PROBE    UINT64_MAX /* look for the BTT at 0, 4096 and 8192 */
#define BTT_ARENA_SIZE_MIN (16ull << 20)
#define BTT_ARENA_SIZE_MAX (512ull << 30)

enum btt_flavour {
	BTT_FLAVOUR_UEFI,   /* 2.0, starts at 0 */
	BTT_FLAVOUR_KERNEL, /* 1.1, starts at 4096 */
	BTT_FLAVOUR_PMDK,   /* 1.1, starts where the caller says; flog entries carry map flags */
};

enum btt_mode { BTT_READ_WRITE, BTT_READ_ONLY };
enum btt_existing { BTT_KEEP_EXISTING, BTT_REPLACE_EXISTING };

/* where fences stand in a write; either is durable on return */
enum btt_commit {
	/*
	 * The default. Two: before and after the second half of the flog entry. The map entry is
	 * made durable by the lane's next write, by btt_fini, or after a power cut from the flog. A
	 * namespace reached by callbacks alone has every store durable as it returns, and takes
	 * strict.
	 */
	BTT_COMMIT_TWO_FENCE,
	BTT_COMMIT_STRICT, /* after the data, each half of the flog entry, and the map entry */
};

struct btt_format_options {
	enum btt_flavour flavour;
	enum btt_existing existing; /* KEEP: EEXIST when any BTT is there, good or damaged */
	uint64_t start;             /* byte in the namespace, a multiple of 4096 */
	uint32_t lbasize;    /* flavour pmdk: any >= 512; else 512 520 528 4096 4104 4160 4224 */
	uint32_t nfree;      /* 0 = BTT_NFREE_DEFAULT */
	const uint8_t *uuid; /* 16 bytes; NULL = a new random one */
	const uint8_t *parent_uuid; /* 16 bytes; NULL = the null uuid */
};

/* lays out a BTT in a namespace of `nssize` bytes; all its blocks read as zeros; 0 or -1/errno */
BTT_API int btt_format(const struct btt_format_options *options, uint64_t nssize, void *ns,
		       const struct ns_callback *ns_cbp);

struct btt_open_options {
	enum btt_mode mode;
	enum btt_commit commit;
	uint64_t start;   /* byte in the namespace, or BTT_START_PROBE */
	uint32_t lbasize; /* 0 = what the layout says; another size is EINVAL */
	/* 16 bytes; NULL = the pool's when a pool was found by probing, else what the layout says */
	const uint8_t *parent_uuid;
	unsigned maxlane; /* 0 = as many as the layout has */
};

/* opens a BTT that must be there: ENOENT when nothing looks like one */
BTT_API struct btt *btt_open(const struct btt_open_options *options, uint64_t nssize, void *ns,
			     const struct ns_callback *ns_cbp);

/*
 * A hint that the block is wanted soon: fetches its map entry and waits for nothing. For a caller that
 * knows its next block early. Any thread, any lba; one that does not exist is ignored.
 */
BTT_API void btt_prefetch(const struct btt *btt, uint64_t lba);

/*
 * Brings what is kept of a lane, its part of each arena's log and its counters, to memory of its own, which
 * this thread is the first to touch: by the kernel's default policy it lies on this thread's node. For the
 * thread that will use the lane, once it is pinned; nothing else may be done with the lane meanwhile, not
 * even reading its counters. May be called again, by another thread too. What all lanes look at (map,
 * read tracking) stays where it is, and so does a log that is still to be laid out.
 *
 * Where that memory is, `*size` bytes, the library's until the next call or btt_fini: to ask the kernel for
 * its node. NULL, and nothing has changed, with EINVAL when there is no such lane, or ENOMEM.
 */
BTT_API const void *btt_adopt_lane(struct btt *btt, unsigned lane, size_t *size);

enum btt_found {
	BTT_FOUND_NOTHING, /* no signature */
	BTT_FOUND_LAYOUT,  /* a valid info block */
	BTT_FOUND_BACKUP,  /* only the backup info block is valid */
	BTT_FOUND_DAMAGE,  /* an info block that can't be used, or two that differ */
	BTT_FOUND_TRACE,   /* nothing but a damaged backup, which may belong to another start */
};

#define BTT_PLACES 3

/* what is at the usual starts of a BTT; the first one counts that holds more than a trace */
struct btt_probe {
	struct {
		uint64_t start; /* 0, 4096, 8192 */
		enum btt_found found;
	} places[BTT_PLACES];
	int is_pool;           /* 1: the namespace is a PMEMBLK pool, whose BTT is at 8192 */
	uint8_t pool_uuid[16]; /* parent uuid of its BTT */
	uint32_t pool_block_size;
};

/* 0, or -1/errno when the namespace can't be read */
BTT_API int btt_probe(uint64_t nssize, void *ns, const struct ns_callback *ns_cbp,
		      struct btt_probe *probe);

struct btt_layout {
	enum btt_flavour flavour;
	int laid_out; /* 0: opened by btt_init and not written yet: below is what will be */
	uint64_t start;
	uint64_t nlba;
	uint64_t size_unused; /* bytes behind the last arena that are too few for another */
	uint32_t lbasize;
	uint32_t nfree; /* the smallest of all arenas */
	uint32_t narenas;
	uint32_t nlane;
	uint8_t parent_uuid[16];
};

/* the info block of one arena as it stands on media; offsets count from the arena's start */
struct btt_arena_info {
	uint64_t start; /* of the arena, from the start of the namespace */
	uint8_t uuid[16], parent_uuid[16];
	uint32_t flags, external_lbasize, external_nlba, internal_lbasize, internal_nlba, nfree,
		infosize;
	uint16_t major, minor;
	uint64_t nextoff, dataoff, mapoff, flogoff, infooff;
	uint32_t flog_second_slot; /* 1, or 2 for a flog written by a kernel before 4.15 */
	const char
		*damage; /* why it can't be written, NULL = it is sound; lives as long as the btt */
};

/* counts over one arena's map and flog; takes as long as reading them */
struct btt_arena_usage {
	uint64_t initial, zero, error, normal, out_of_range; /* map entries */
	uint64_t unreadable; /* map entries on pages that can't be read */
	uint64_t lanes_unused, lanes_used, lanes_damaged; /* flog groups */
};

BTT_API void btt_get_layout(const struct btt *btt, struct btt_layout *info);
/* EINVAL when there is no such arena */
BTT_API int btt_get_arena(const struct btt *btt, unsigned arena, struct btt_arena_info *info);
BTT_API int btt_get_usage(struct btt *btt, unsigned arena, struct btt_arena_usage *usage);

/* why writes give EROFS, the first reason of all arenas; NULL = they do not */
BTT_API const char *btt_readonly_reason(const struct btt *btt);

/* since the btt was opened; may be read while the lane runs, not while it is adopted */
struct btt_counters {
	uint64_t fences;        /* store fences, or their like, asked of the namespace */
	uint64_t lines_flushed; /* 64-byte lines written back or stored past the cache */
	uint64_t bytes_stored;  /* to media: data, flog and map */
	uint64_t lock_waits;    /* map lines found locked by another lane */
	uint64_t reader_waits;  /* writes that waited for a reader to leave their block */
	uint64_t read_retries;  /* reads that found their block moved and looked again */
};

/* EINVAL when there is no such lane */
BTT_API int btt_get_counters(const struct btt *btt, unsigned lane, struct btt_counters *counters);

#define BTT_NOT_SAID (-1)

enum btt_severity {
	BTT_WARNING, /* the layout is consistent all the same */
	BTT_ERROR,
};

struct btt_finding {
	enum btt_severity severity;
	unsigned arena;
	int64_t lane;      /* flog group, or BTT_NOT_SAID */
	int64_t premap;    /* block of the arena before the map, or BTT_NOT_SAID */
	int64_t postmap;   /* block of the arena's data area, or BTT_NOT_SAID */
	const char *field; /* "info", "backup", "flags", "flog.seq", "flog.lba", "map", … */
	const char *text;  /* one line; lives during the call */
	int64_t lba;       /* of `premap` in the namespace, or BTT_NOT_SAID */
};

/* calls `found` for every finding of a full check; result as btt_check. Memory: at most 32 MiB. */
BTT_API int btt_check_each(struct btt *btt,
			   void (*found)(void *arg, const struct btt_finding *finding), void *arg);

enum btt_repair_mode {
	BTT_REPAIR_CHANGE,
	BTT_REPAIR_DRY_RUN, /* changes nothing; says what the other would do */
};

struct btt_repair_options {
	enum btt_repair_mode mode;
	uint64_t start;             /* as in btt_open_options */
	const uint8_t *parent_uuid; /* as in btt_open_options */
	/* lbas that keep their block where it has several owners; the others get another one */
	const uint64_t *keep;
	size_t nkeep;
};

enum btt_repair_outcome { BTT_REPAIRED, BTT_LEFT };

/*
 * Repairs what can be without guessing, each change in an order that a power cut can't harm: info blocks
 * from their copy; writes cut after their commit; logs of kernels before 4.15 and dirty padding; two lanes
 * with one free block; blocks with several owners as `keep` says: a block that loses its own is marked bad
 * (its data are those of the one that keeps it) until it is written again; the error flag, when all else is
 * consistent. All else is left as it is. Calls `step` for each thing done, and then for each finding of
 * a check that is left.
 *
 * 1 consistent now, 0 something is left, -1/errno it could not be opened or repaired; EINVAL when `keep`
 * names a block that is not there, or two with one block: nothing is done.
 */
BTT_API int btt_repair(const struct btt_repair_options *options, uint64_t nssize, void *ns,
		       const struct ns_callback *ns_cbp,
		       void (*step)(void *arg, enum btt_repair_outcome outcome,
				    const struct btt_finding *at),
		       void *arg);

/* "uefi", "kernel", "pmdk" */
BTT_API const char *btt_flavour_name(enum btt_flavour flavour);

/* what went wrong in this thread's last call that failed: one line, never NULL */
BTT_API const char *btt_errormsg(void);

#ifdef __cplusplus
}
#endif
#endif
