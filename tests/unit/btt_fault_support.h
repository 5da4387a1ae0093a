/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_fault_support.h -- call N of a namespace fails, N = 1, 2, 3 ... until no call is left. A failed store reaches
 * media completely, half or not at all.
 */
#ifndef TESTS_UNIT_BTT_FAULT_SUPPORT_H
#define TESTS_UNIT_BTT_FAULT_SUPPORT_H

#include "btt_ram.h"

#define SIZE   (16 * MIB)
#define LANES  4u
#define USED   8u
#define NCALLS 4096u /* more than any trial makes */

static const struct ns_callback *const tables[] = {&ram_five, &ram_mapped};

/* a bad page, which some callers work around; and an error that nobody works around */
static const int errnos[] = {EIO, ENXIO};

struct fault {
	struct ram *ram;
	struct media m;
	uint64_t call;
	unsigned halves;
	int err;
};

static inline void
arm(struct fault *f)
{
	f->ram->bad_call = f->call;
	f->ram->bad_halves = f->halves;
	f->ram->bad_errno = f->err;
}

/* 1 when the call that had to fail was made. */
static inline int
disarm(struct fault *f)
{
	int came = f->ram->bad_call == 0;

	f->ram->bad_call = 0;
	return came;
}

/* The caller reports the failed call as its own failure. With a bad page it may succeed without the call. */
static inline void
expect_told(const struct fault *f, int failed, int came)
{
	if (f->err == EIO)
		assert_true(came || !failed);
	else
		assert_int_equal(failed, came);
}

/*
 * Runs `trial` with each call failing in turn: on each kind of namespace, with each errno, and with each part of a
 * failed store on media. A trial checks its results itself, and returns 1 when the failing call was made.
 */
static inline void
every_call(int (*trial)(struct fault *f), unsigned step)
{
	struct ram *ram = ram_open(SIZE, 0xa5);

	for (unsigned i = 0; i < LENGTH(tables) * 6; i++) {
		struct fault f = {ram, ram_media(ram, tables[i / 6], 0), 0, i % 3,
				  errnos[i / 3 % 2]};

		do {
			f.call += f.call ? step : 1;
			assert_true(f.call < NCALLS);
		} while (trial(&f));
		assert_true(f.call > 1); /* else no call was tried */
	}
	ram_close(ram);
}

/* FAULTS_STEP skips calls, for valgrind; FAULTS_ALL skips none. */
static inline unsigned
step_of(unsigned usual)
{
	const char *step = getenv("FAULTS_STEP"), *all = getenv("FAULTS_ALL");

	if (all && *all)
		return 1;
	return step && *step ? usual * (unsigned)atoi(step) : usual;
}

static inline void
each_call_in_turn(int (*trial)(struct fault *f))
{
	every_call(trial, step_of(1));
}

static inline int
format(struct fault *f, enum btt_existing existing, uint32_t nfree)
{
	const struct btt_format_options options = {
		.lbasize = 4096, .nfree = nfree, .existing = existing};

	return btt_format(&options, f->m.size, f->m.ns, f->m.cb);
}

/* No BTT, and dirt at all places of the future tables. */
static inline void
make_dirty(struct fault *f)
{
	memset(f->m.bytes, 0xa5, PAGE);
	memset(f->m.bytes + f->m.size - 64 * 1024, 0xa5, 64 * 1024);
}

#endif
