/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_instructions_test.c -- the instructions of one call of the library, counted by single-stepping: how many they are,
 * the fences among them, the flushes that the variables of libpmem ask for, and that no locked instruction waits for a
 * write-back.
 */
#include "btt_support.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define SIZE  (32 * MIB)
#define CALLS 16u
#define SPAN  4000u /* blocks that the calls use */
#define STEP  1009u /* a prime: each block lies in another map line than the last one */

enum kind {
	NOTHING,
	READ,
	WRITE,
	ZERO,
	READ_BATCH,
	WRITE_BATCH
}; /* a batch has a block for each lane */

#define LANES_MOST 8u

struct subject {
	enum kind kind;
	enum btt_commit commit;
	uint32_t bs;
	unsigned lanes;
	const char *variables[3]; /* NAME=VALUE */
};

struct counts {
	unsigned long steps, fences, locked;
	unsigned long clwb, clflushopt, clflush, movnti;
	unsigned long held_up; /* locked instructions that found a write-back on its way */
};

static _Alignas(64) uint8_t block[4096];

static __attribute__((noinline)) int
call(const struct subject *s, struct btt *btt, uint64_t lba)
{
	static const unsigned lanes[LANES_MOST] = {0, 1, 2, 3, 4, 5, 6, 7};
	static void *const to[LANES_MOST] = {block, block, block, block,
					     block, block, block, block};
	uint64_t lbas[LANES_MOST];

	for (unsigned i = 0; i < LANES_MOST; i++)
		lbas[i] = (lba + i * 3 * STEP) % SPAN;
	switch (s->kind) {
	case READ_BATCH:
		return btt_read_batch(btt, lanes, lbas, to, s->lanes, NULL);
	case WRITE_BATCH:
		return btt_write_batch(btt, lanes, lbas, (const void *const *)to, s->lanes, NULL);
	case READ:
		return btt_read(btt, 0, lba, block);
	case WRITE:
		return btt_write(btt, 0, lba, block);
	case ZERO:
		return btt_set_zero(btt, 0, lba);
	default:
		return 0;
	}
}

static void
make_calls(const struct subject *s, struct btt *btt)
{
	for (unsigned i = 0; i < CALLS; i++) {
		if (call(s, btt, (uint64_t)i * STEP % SPAN))
			_exit(1);
	}
}

/* the child: makes the calls between two stops */
static void
be_stepped(const struct subject *s)
{
	const struct btt_format_options format = {.nfree = 16, .lbasize = s->bs};
	const struct btt_open_options options = {.maxlane = s->lanes, .commit = s->commit};
	const struct subject read = {.kind = READ};
	const struct ns_callback *cb;
	struct btt_ns *ns;
	struct btt *btt;

	for (size_t i = 0; i < LENGTH(s->variables) && s->variables[i]; i++)
		putenv(strdup(
			s->variables[i])); /* libpmem is loaded already, and keeps its choice */
	ns = btt_ns_open_dram(SIZE, 0);
	cb = btt_ns_callbacks(ns);
	if (btt_format(&format, SIZE, ns, cb) || !(btt = btt_open(&options, SIZE, ns, cb)))
		_exit(1);
	for (uint64_t lba = 0; lba < SPAN; lba++) {
		if (btt_write(btt, 0, lba, block))
			_exit(1);
	}
	make_calls(&read, btt); /* the lane is known as a reader afterwards */
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(77);
	raise(SIGSTOP);
	make_calls(s, btt);
	raise(SIGSTOP);
	_exit(0);
}

/* Looks at the bytes of the next instruction. `out` = 1 while a write-back or a store past the cache is on its way. */
static void
look(uint64_t bytes, struct counts *counts, int *out)
{
	const uint8_t *b = (const uint8_t *)&bytes;
	int has_66 = b[0] == 0x66, is_locked = b[0] == 0xf0;

	b += has_66 || is_locked;
	b += (*b & 0xf0) == 0x40;                              /* REX */
	if (!is_locked && *b == 0x87 && (b[1] & 0xc0) != 0xc0) /* xchg with memory */
		is_locked = 1;
	if (is_locked) {
		counts->locked++;
		counts->held_up += (unsigned)*out;
	} else if (b[0] == 0x0f && b[1] == 0xae && b[2] == 0xf8) { /* sfence */
		counts->fences++;
		*out = 0;
	} else if (b[0] == 0x0f && b[1] == 0xae && (b[2] & 0xc0) != 0xc0) {
		int is_clwb = has_66 && (b[2] >> 3 & 7) == 6, is_clflush = (b[2] >> 3 & 7) == 7;

		counts->clwb += (unsigned)is_clwb;
		counts->clflushopt += (unsigned)(is_clflush && has_66);
		counts->clflush += (unsigned)(is_clflush && !has_66);
		*out |= is_clwb || is_clflush;
	} else if (b[0] == 0x0f && b[1] == 0xc3) {
		counts->movnti++;
		*out = 1;
	}
}

static struct counts
step(const struct subject *s)
{
	struct counts counts = {0};
	struct user_regs_struct regs;
	pid_t child = fork();
	int status, out = 0;

	assert_true(child >= 0);
	if (!child)
		be_stepped(s);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	for (;; counts.steps++) {
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSTOPPED(status));
		if (WSTOPSIG(status) == SIGSTOP)
			break;
		assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &regs), 0);
		look((uint64_t)ptrace(PTRACE_PEEKTEXT, child, regs.rip, NULL), &counts, &out);
	}
	ptrace(PTRACE_KILL, child, NULL, NULL);
	waitpid(child, &status, 0);
	return counts;
}

/* `limit` is for registers of 64 bytes and for link-time optimisation. */
static unsigned long
limit_here(const struct subject *s, unsigned long limit)
{
	unsigned long bytes = s->kind >= READ_BATCH ? s->lanes * s->bs : s->bs;

	if (!__builtin_cpu_supports("avx512f"))
		limit += __builtin_cpu_supports("avx") ? bytes / 16 : bytes / 8;
#if defined(__clang__)
	limit += limit / 4;
#endif
	return limit;
}

static void
a_call_takes_few_instructions_and_exactly_its_fences(void **state)
{
	static const struct {
		struct subject subject;
		unsigned long limit, fences;
	} cases[] = {
		{{WRITE, BTT_COMMIT_TWO_FENCE, 512, 1, {NULL}}, 300, 2},
		{{WRITE, BTT_COMMIT_STRICT, 512, 1, {NULL}}, 300, 4},
		{{WRITE, BTT_COMMIT_TWO_FENCE, 4096, 1, {NULL}}, 450, 2},
		{{WRITE, BTT_COMMIT_STRICT, 4096, 1, {NULL}}, 450, 4},
		{{READ, BTT_COMMIT_TWO_FENCE, 512, 1, {NULL}}, 100, 0},
		{{READ, BTT_COMMIT_TWO_FENCE, 512, 2, {NULL}}, 145, 0},
		{{ZERO, BTT_COMMIT_TWO_FENCE, 512, 1, {NULL}}, 110, 1},
		{{READ_BATCH, BTT_COMMIT_TWO_FENCE, 512, 8, {NULL}}, 8 * 450, 0},
		{{WRITE_BATCH, BTT_COMMIT_TWO_FENCE, 512, 8, {NULL}}, 8 * 450, 2},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct subject nothing = cases[i].subject;
		unsigned long limit = limit_here(&nothing, cases[i].limit), calls;
		struct counts counts = step(&nothing);

		nothing.kind = NOTHING;
		calls = (counts.steps - step(&nothing).steps) / CALLS;
		print_message("case %zu: %lu instructions (limit %lu), %.2f fences\n", i, calls,
			      limit, (double)counts.fences / CALLS);
		assert_int_equal(counts.fences, cases[i].fences * CALLS);
		assert_true(calls <= limit);
	}
}

/* A locked instruction waits until every earlier write-back is done: a fence that the protocol does not need. */
static void
no_locked_instruction_waits_for_a_write_back(void **state)
{
	(void)state;
	for (enum btt_commit commit = BTT_COMMIT_TWO_FENCE; commit <= BTT_COMMIT_STRICT; commit++) {
		const struct subject subject = {WRITE, commit, 512, 2, {NULL}};
		struct counts counts = step(&subject);

		assert_true(counts.locked >= 2 * CALLS); /* map line, tracking slots */
		assert_int_equal(counts.held_up, 0);
	}
}

/* Two halves of the log past the cache, or through it and flushed, and two map lines flushed, for each write. */
static void
the_instructions_follow_the_variables_of_libpmem(void **state)
{
#define WRITES(...)                                  \
	{                                            \
		WRITE, BTT_COMMIT_TWO_FENCE, 512, 1, \
		{                                    \
			__VA_ARGS__                  \
		}                                    \
	}
	const struct subject streamed = WRITES("PMEM_MOVNT_THRESHOLD=0"),
			     cached = WRITES("PMEM_MOVNT_THRESHOLD=8"),
			     no_clwb = WRITES("PMEM_NO_CLWB=1"),
			     only_clflush = WRITES("PMEM_NO_CLWB=1", "PMEM_NO_CLFLUSHOPT=1"),
			     no_flush = WRITES("PMEM_NO_FLUSH=1"),
			     no_movnt = WRITES("PMEM_NO_MOVNT=1");
	struct subject narrow = WRITES("PMEM_AVX512F=0", "PMEM_WC_WORKAROUND=1");
	struct counts counts = step(&streamed);
	unsigned long most = counts.clwb + counts.clflushopt + counts.clflush;

	(void)state;
	assert_int_equal(counts.movnti, 2 * CALLS);
	assert_int_equal(most, 2 * CALLS);
	counts = step(&cached);
	assert_int_equal(counts.movnti, 0);
	assert_int_equal(counts.clwb + counts.clflushopt + counts.clflush, 2 * most);
	assert_int_equal(counts.fences, 2 * CALLS);
	counts = step(&no_clwb);
	assert_int_equal(counts.clwb, 0);
	assert_int_equal(counts.clflushopt + counts.clflush, most);
	counts = step(&only_clflush);
	assert_int_equal(counts.clwb + counts.clflushopt, 0);
	assert_int_equal(counts.clflush, most);
	assert_int_equal(counts.fences, 2 * CALLS); /* stores past the cache need them */
	counts = step(&no_flush);
	assert_int_equal(counts.clwb + counts.clflushopt + counts.clflush, 0);
	assert_int_equal(counts.movnti, 2 * CALLS);
	counts = step(&no_movnt);
	assert_int_equal(counts.movnti, 0);
	assert_true(counts.clwb + counts.clflushopt + counts.clflush >= 2 * most);
	narrow.bs = 4096; /* a fence after each 768 bytes that more bytes follow */
	assert_int_equal(step(&narrow).fences, (2 + 5) * CALLS);
}
#endif

int
main(void)
{
#if defined(__x86_64__)
	const char *variant = getenv("VARIANT");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_takes_few_instructions_and_exactly_its_fences),
		cmocka_unit_test(no_locked_instruction_waits_for_a_write_back),
		cmocka_unit_test(the_instructions_follow_the_variables_of_libpmem),
	};

	if (variant && strcmp(variant, "release")) {
		puts("a sanitizer adds instructions");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
#else
	puts("the instructions are those of x86-64");
	return 77;
#endif
}
