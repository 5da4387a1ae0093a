/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * clock_agree.c -- checks that the counters of all CPUs of this process show the same time.
 *
 * The calling thread is pinned to the first CPU. It exchanges messages with a thread on each other CPU, one
 * CPU after the other. The other thread reads its counter between two readings of the calling thread. If
 * its value is not between these readings, the two counters differ. The test cannot detect a difference
 * that is smaller than the duration of one exchange (about 100 ns). Such a difference is harmless: it
 * cannot make an op on two CPUs end before it starts.
 */
#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define CPUS_MAX  8192
#define EXCHANGES 64

typedef cpu_set_t cpu_list[CPUS_MAX / CPU_SETSIZE];

/* Even turns belong to the asking thread, odd turns to the answering thread. */
struct exchange {
	uint64_t (*read_ticks)(void);
	_Atomic unsigned turn;
	uint64_t answer;
};

static void
wait_for_turn(struct exchange *x, unsigned turn)
{
	while (atomic_load_explicit(&x->turn, memory_order_acquire) != turn)
		;
}

static void
pass_turn(struct exchange *x, unsigned turn)
{
	atomic_store_explicit(&x->turn, turn, memory_order_release);
}

static int
ask(struct exchange *x)
{
	int agree = 1;

	for (unsigned turn = 0; turn < 2 * EXCHANGES; turn += 2) {
		uint64_t before = x->read_ticks();

		pass_turn(x, turn + 1);
		wait_for_turn(x, turn + 2);
		if (x->answer < before || x->answer > x->read_ticks())
			agree = 0;
	}
	return agree;
}

static void *
answer(void *arg)
{
	struct exchange *x = arg;

	for (unsigned turn = 1; turn < 2 * EXCHANGES; turn += 2) {
		wait_for_turn(x, turn);
		x->answer = x->read_ticks();
		pass_turn(x, turn + 1);
	}
	return NULL;
}

static void
list_only(cpu_list list, unsigned cpu)
{
	CPU_ZERO_S(sizeof(cpu_list), list);
	CPU_SET_S(cpu, sizeof(cpu_list), list);
}

/* Returns 0 or an errno. */
static int
start_pinned(pthread_t *thread, unsigned cpu, struct exchange *x)
{
	pthread_attr_t attr;
	cpu_list only;
	int err = pthread_attr_init(&attr);

	if (err)
		return err;
	list_only(only, cpu);
	err = pthread_attr_setaffinity_np(&attr, sizeof only, only);
	if (!err)
		err = pthread_create(thread, &attr, answer, x);
	pthread_attr_destroy(&attr);
	return err;
}

static int
agree_with(unsigned cpu, uint64_t (*read_ticks)(void))
{
	struct exchange x = {.read_ticks = read_ticks};
	pthread_t thread;
	int agree;

	errno = start_pinned(&thread, cpu, &x);
	if (errno)
		return -1;
	agree = ask(&x);
	pthread_join(thread, NULL);
	return agree;
}

static unsigned
next_cpu(const cpu_list list, unsigned cpu)
{
	while (cpu < CPUS_MAX && !CPU_ISSET_S(cpu, sizeof(cpu_list), list))
		cpu++;
	return cpu;
}

int
clock_cpus_agree(uint64_t (*read_ticks)(void))
{
	cpu_list allowed = {0}, only;
	unsigned first;
	int agree = 1;

	if (sched_getaffinity(0, sizeof allowed, allowed))
		return -1;
	first = next_cpu(allowed, 0);
	list_only(only, first);
	if (sched_setaffinity(0, sizeof only, only))
		return -1;
	for (unsigned cpu = next_cpu(allowed, first + 1); cpu < CPUS_MAX && agree == 1;
	     cpu = next_cpu(allowed, cpu + 1))
		agree = agree_with(cpu, read_ticks);
	if (sched_setaffinity(0, sizeof allowed, allowed))
		return -1;
	return agree;
}
