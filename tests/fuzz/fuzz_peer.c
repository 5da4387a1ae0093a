/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_peer.c -- an input is a list of records of two bytes {call, block}. This library and libpmemblk work by turns
 * on one pool. Each reads the writes of the other, and each finds the pool consistent after the other.
 */
#include <errno.h>
#include <libpmemblk.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "btt.h"
#include "fuzz.h"
#include "ns.h"

#define BSIZE      512u
#define BLOCKS     64u /* 32 from each end of the pool */
#define TURNS_MOST 6u
#define CALLS_MOST 400u
#define PAGE       4096u
#define POOL_BYTES (17ull << 20)

struct pair {
	char path[64];
	struct btt_ns *ns;
	struct btt *ours;
	PMEMblkpool *theirs;
	uint64_t nlba;
	uint64_t holds[BLOCKS]; /* 0: zeros */
	int is_error[BLOCKS];
	uint64_t written;
};

/* The pool as libpmemblk made it: its nonzero pages in order. */
static struct {
	int fd;
	unsigned count;
	struct {
		off_t off;
		uint8_t bytes[PAGE];
	} pages[64];
} pristine = {.fd = -1};

static void
keep_pristine(void)
{
	static const uint8_t zeros[PAGE];
	uint8_t page[PAGE];

	for (off_t off = 0; off < (off_t)POOL_BYTES; off += PAGE) {
		fuzz_require(pread(pristine.fd, page, PAGE, off) == PAGE);
		if (!memcmp(page, zeros, PAGE))
			continue;
		fuzz_require(pristine.count < 64);
		pristine.pages[pristine.count].off = off;
		memcpy(pristine.pages[pristine.count++].bytes, page, PAGE);
	}
}

static void
make(const char *path)
{
	uint8_t zeros[BSIZE] = {0};
	PMEMblkpool *pool;

	fuzz_require(!ftruncate(pristine.fd, (off_t)POOL_BYTES));
	pool = pmemblk_create(path, BSIZE, 0, 0600);
	if (!pool)
		fprintf(stderr, "%s\n", pmemblk_errormsg());
	/* libpmemblk makes the layout at the first write */
	fuzz_require(pool && !pmemblk_write(pool, zeros, 0));
	pmemblk_close(pool);
	keep_pristine();
}

static void
restore(struct pair *p)
{
	if (pristine.fd < 0)
		pristine.fd = memfd_create("pool", 0);
	fuzz_require(pristine.fd >= 0);
	snprintf(p->path, sizeof(p->path), "/proc/self/fd/%d", pristine.fd);
	if (!pristine.count)
		make(p->path);
	fuzz_require(!ftruncate(pristine.fd, 0) && !ftruncate(pristine.fd, (off_t)POOL_BYTES));
	for (unsigned i = 0; i < pristine.count; i++)
		fuzz_require(pwrite(pristine.fd, pristine.pages[i].bytes, PAGE,
				    pristine.pages[i].off) == PAGE);
}

static void
open_ours(struct pair *p)
{
	const struct btt_open_options options = {.start = BTT_START_PROBE};
	struct btt_ns_facts facts;

	p->ns = btt_ns_open_path(p->path, BTT_NS_READ_WRITE, 0, 0);
	fuzz_require(p->ns);
	btt_ns_get_facts(p->ns, &facts, sizeof(facts));
	p->ours = btt_open(&options, facts.size, p->ns, btt_ns_callbacks(p->ns));
	fuzz_require(p->ours && !btt_readonly_reason(p->ours) && btt_check(p->ours) == 1);
	p->nlba = btt_nlba(p->ours);
}

static void
close_ours(struct pair *p)
{
	btt_fini(p->ours);
	btt_ns_close(p->ns);
	p->ours = NULL;
	fuzz_require(pmemblk_check(p->path, BSIZE) == 1);
}

static void
open_theirs(struct pair *p)
{
	p->theirs = pmemblk_open(p->path, BSIZE);
	fuzz_require(p->theirs && pmemblk_nblock(p->theirs) == p->nlba);
}

static void
turn(struct pair *p)
{
	if (p->ours) {
		close_ours(p);
		open_theirs(p);
	} else {
		pmemblk_close(p->theirs);
		p->theirs = NULL;
		open_ours(p);
	}
}

static uint64_t
lba_of(const struct pair *p, unsigned block)
{
	return block < BLOCKS / 2 ? block : p->nlba - BLOCKS + block;
}

static void
compare_block(struct pair *p, unsigned block)
{
	uint64_t words[BSIZE / 8], lba = lba_of(p, block);
	int err = p->ours ? btt_read(p->ours, 0, lba, words)
			  : pmemblk_read(p->theirs, words, (long long)lba);

	if (p->is_error[block]) {
		fuzz_require(err && errno == EIO);
		return;
	}
	fuzz_require(!err);
	for (unsigned i = 0; i < BSIZE / 8; i++)
		fuzz_require(words[i] == p->holds[block]);
}

static void
write_block(struct pair *p, unsigned block, unsigned lane)
{
	uint64_t words[BSIZE / 8], lba = lba_of(p, block);

	p->holds[block] = ++p->written;
	p->is_error[block] = 0;
	for (unsigned i = 0; i < BSIZE / 8; i++)
		words[i] = p->written;
	if (p->ours)
		fuzz_require(!btt_write(p->ours, lane % btt_nlane(p->ours), lba, words));
	else
		fuzz_require(!pmemblk_write(p->theirs, words, (long long)lba));
}

static void
zero_block(struct pair *p, unsigned block)
{
	long long lba = (long long)lba_of(p, block);

	p->holds[block] = 0;
	p->is_error[block] = 0;
	fuzz_require(!(p->ours ? btt_set_zero(p->ours, 0, (uint64_t)lba)
			       : pmemblk_set_zero(p->theirs, lba)));
}

static void
mark_block(struct pair *p, unsigned block)
{
	long long lba = (long long)lba_of(p, block);

	p->is_error[block] = 1;
	fuzz_require(!(p->ours ? btt_set_error(p->ours, 0, (uint64_t)lba)
			       : pmemblk_set_error(p->theirs, lba)));
}

static void
run_record(struct pair *p, unsigned what, unsigned block, unsigned *turns)
{
	if (what < 0x20 && *turns < TURNS_MOST) {
		turn(p);
		++*turns;
	} else if (what < 0x40) {
		zero_block(p, block);
	} else if (what < 0x60) {
		mark_block(p, block);
	} else if (what < 0x80) {
		compare_block(p, block);
	} else {
		write_block(p, block, what);
	}
}

void
fuzz_peer(const uint8_t *input, size_t len)
{
	struct fuzz_cursor c = {input, input + len};
	struct pair p = {0};
	unsigned turns = 0;

	restore(&p);
	open_ours(&p);
	for (unsigned i = 0; i < CALLS_MOST && c.at < c.end; i++) {
		unsigned what = (unsigned)fuzz_take(&c, 1);

		run_record(&p, what, (unsigned)fuzz_take(&c, 1) % BLOCKS, &turns);
	}
	for (unsigned side = 0; side < 2; side++) {
		for (unsigned block = 0; block < BLOCKS; block++)
			compare_block(&p, block);
		turn(&p);
	}
	if (!p.ours)
		turn(&p);
	close_ours(&p);
}
