/* SPDX-License-Identifier: BSD-3-Clause */
#include "blockstate.h"

#include <assert.h>
#include <sched.h>

#define SEQ_SHIFT    24
#define MEMBER       (UINT64_C(1) << 12)
#define MEMBERS      (UINT64_C(0xfff) << 12)
#define ZERO_SHIFT   2
#define ZERO_AGE     (UINT64_C(0x3ff) << ZERO_SHIFT)
#define ZERO_AGE_MAX UINT64_C(0x3ff)
#define UNKNOWN      UINT64_C(2)
#define SEALED       UINT64_C(1)

#define TURNS_BEFORE_YIELD 256u

static uint64_t
seq_of(uint64_t word)
{
	return word >> SEQ_SHIFT;
}

static uint64_t
zero_age(uint64_t word)
{
	return (word & ZERO_AGE) >> ZERO_SHIFT;
}

/* Returns 1 if a generation from `floor` on may have had a zero. */
static int
may_be_zero(uint64_t word, uint64_t floor)
{
	return seq_of(word) - floor >= zero_age(word);
}

void
blockstate_init(blockstate *b, enum blockstate_start start)
{
	uint64_t unknown = start == BLOCKSTATE_UNKNOWN ? UNKNOWN | ZERO_AGE : 0;

	atomic_store_explicit(b, SEALED | unknown, memory_order_relaxed);
}

/* Returns the word with one more member. No member is at work, or the generation is not sealed. */
static uint64_t
with_member(uint64_t word, int is_zero)
{
	uint64_t age = zero_age(word);

	if (!(word & MEMBERS)) {
		age += age < ZERO_AGE_MAX;
		word = (word & ~SEALED) + (UINT64_C(1) << SEQ_SHIFT);
	}
	word += MEMBER;
	return (word & ~ZERO_AGE) | (is_zero ? 0 : age << ZERO_SHIFT);
}

static void
wait_turn(unsigned *turns)
{
	if (++*turns % TURNS_BEFORE_YIELD == 0)
		sched_yield();
#if defined(__x86_64__)
	else
		__builtin_ia32_pause();
#endif
}

uint64_t
blockstate_enter(blockstate *b, int is_zero)
{
	uint64_t word = atomic_load_explicit(b, memory_order_relaxed), next = 0;
	unsigned turns = 0;

	for (;;) {
		if ((word & MEMBERS) && (word & SEALED)) {
			wait_turn(&turns);
			word = atomic_load_explicit(b, memory_order_relaxed);
			continue;
		}
		next = with_member(word, is_zero);
		if (atomic_compare_exchange_weak_explicit(b, &word, next, memory_order_acq_rel,
							  memory_order_relaxed))
			return seq_of(next);
	}
}

static uint64_t
without_member(uint64_t word, int err)
{
	assert(word & MEMBERS);
	word -= MEMBER;
	if (!err)
		return (word & ~UNKNOWN) | SEALED;
	/* All members failed: the block holds the old value or one of theirs. */
	if (!(word & MEMBERS) && !(word & SEALED))
		word |= UNKNOWN | SEALED;
	return word;
}

void
blockstate_leave(blockstate *b, int err)
{
	uint64_t word = atomic_load_explicit(b, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(b, &word, without_member(word, err),
						      memory_order_acq_rel, memory_order_relaxed))
		;
}

struct blockstate_view
blockstate_look(const blockstate *b)
{
	uint64_t word = atomic_load_explicit(b, memory_order_acquire);

	return (struct blockstate_view){
		.before = word,
		.floor = word & SEALED ? seq_of(word) : seq_of(word) - 1,
		.unknown = (word & UNKNOWN) != 0,
	};
}

void
blockstate_close(const blockstate *b, struct blockstate_view *v)
{
	uint64_t word;

	atomic_thread_fence(memory_order_acquire);
	word = atomic_load_explicit(b, memory_order_relaxed);
	v->started = seq_of(word);
	v->zero = may_be_zero(word, v->floor);
}

void
blockstate_saw(blockstate *b, uint64_t seq)
{
	uint64_t word = atomic_load_explicit(b, memory_order_relaxed);

	while (seq_of(word) == seq && !(word & SEALED)) {
		if (atomic_compare_exchange_weak_explicit(b, &word, (word & ~UNKNOWN) | SEALED,
							  memory_order_acq_rel,
							  memory_order_relaxed))
			return;
	}
}

/*
 * If no zero was legal when the read began, the zero comes from a write that entered later. If no
 * generation has started since, that write is a member of the view's own generation, which the zero
 * therefore seals.
 */
void
blockstate_saw_zero(blockstate *b, const struct blockstate_view *v)
{
	if (!v->unknown && !may_be_zero(v->before, v->floor) && v->started == seq_of(v->before))
		blockstate_saw(b, v->started);
}

void
blockstate_bury(blockstate *b)
{
	uint64_t word = atomic_load_explicit(b, memory_order_relaxed);

	if (!(word & MEMBERS))
		return;
	word &= ~MEMBERS;
	if (!(word & SEALED))
		word |= UNKNOWN | SEALED;
	atomic_store_explicit(b, word, memory_order_relaxed);
}
