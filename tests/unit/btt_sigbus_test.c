/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_sigbus_test.c -- the handler for SIGBUS: it passes on other signals, the last user restores
 * the previous handler, and a caller can decline it.
 */
#include "btt_support.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (20 * MIB)

static void
first_handler(int signal_number)
{
	(void)signal_number;
	_exit(42);
}

static void
second_handler(int signal_number)
{
	(void)signal_number;
	_exit(43);
}

static struct sigaction
in_place(void)
{
	struct sigaction now;

	assert_int_equal(sigaction(SIGBUS, NULL, &now), 0);
	return now;
}

static int
is_in_place(void (*handler)(int))
{
	struct sigaction now = in_place();

	return !(now.sa_flags & SA_SIGINFO) && now.sa_handler == handler;
}

static struct btt_ns *
open_dram(unsigned flags)
{
	struct btt_ns *ns = btt_ns_open_dram(SIZE, flags);
	struct btt_ns_facts facts;

	assert_non_null(ns);
	btt_ns_get_facts(ns, &facts, sizeof(facts));
	/* small pages, so that a test can replace one */
	assert_int_equal(madvise(facts.base, SIZE, MADV_NOHUGEPAGE), 0);
	return ns;
}

static void
format(struct btt_ns *ns, unsigned flags)
{
	const struct btt_format_options options = {.lbasize = 4096, .flags = flags};

	assert_int_equal(btt_format(&options, SIZE, ns, btt_ns_callbacks(ns)), 0);
}

static struct btt *
open_btt(struct btt_ns *ns, unsigned flags)
{
	const struct btt_open_options options = {.start = BTT_START_PROBE, .flags = flags};
	struct btt *btt = btt_open(&options, SIZE, ns, btt_ns_callbacks(ns));

	assert_non_null(btt);
	return btt;
}

/* a page of an empty file: every access raises SIGBUS */
static uint8_t *
map_bad_page(void *addr)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	void *page = mmap(addr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | (addr ? MAP_FIXED : 0),
			  fd, 0);

	assert_true(fd >= 0 && page != MAP_FAILED);
	close(fd);
	return page;
}

/* block 0 lies on a bad page afterwards */
static void
spoil_block_0(struct btt_ns *ns, struct btt *btt)
{
	struct btt_arena_info info = {0};
	struct btt_ns_facts facts;
	uint32_t entry;

	write_block(btt, 0, 0, 1);
	assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
	btt_ns_get_facts(ns, &facts, sizeof(facts));
	entry = get32((uint8_t *)facts.base + info.mapoff) & 0x3fffffff;
	map_bad_page((uint8_t *)facts.base + info.dataoff +
		     (uint64_t)entry * info.internal_lbasize);
}

/* the wait status of a child that runs `run` */
static int
status_of(void (*run)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
last_user_restores_the_previous_handler(void **state)
{
	struct btt_ns *one, *two;
	struct btt *btt;

	(void)state;
	signal(SIGBUS, first_handler);
	one = open_dram(0);
	assert_false(is_in_place(first_handler));
	two = open_dram(0);
	format(two, 0);
	btt = open_btt(two, 0);
	btt_ns_close(one);
	assert_false(is_in_place(first_handler));
	btt_fini(btt);
	assert_false(is_in_place(first_handler));
	btt_ns_close(two);
	assert_true(is_in_place(first_handler));

	/* opening that fails is no user either */
	one = open_dram(0);
	assert_null(btt_open(&(struct btt_open_options){0}, SIZE, one, btt_ns_callbacks(one)));
	assert_null(btt_ns_open_path("/nowhere", BTT_NS_READ_WRITE, 0, 0));
	btt_ns_close(one);
	assert_true(is_in_place(first_handler));
}

static void
handler_of_somebody_else_stays(void **state)
{
	struct btt_ns *ns;

	(void)state;
	signal(SIGBUS, first_handler);
	ns = open_dram(0);
	signal(SIGBUS, second_handler);
	btt_ns_close(ns);
	assert_true(is_in_place(second_handler));
}

static void
touch_while_open(void)
{
	signal(SIGBUS, first_handler);
	open_dram(0);
	*map_bad_page(NULL) = 1;
}

static void
touch_after_a_second_opening(void)
{
	signal(SIGBUS, first_handler);
	open_dram(0);
	signal(SIGBUS, second_handler);
	open_dram(0); /* installs ours again */
	*map_bad_page(NULL) = 1;
}

static void
signal_of_somebody_else_goes_to_the_previous_handler(void **state)
{
	int status;

	(void)state;
	status = status_of(touch_while_open);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	status = status_of(touch_after_a_second_opening);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 43);
}

static struct sigaction older;

static void
chaining_handler(int signal_number, siginfo_t *info, void *context)
{
	older.sa_sigaction(signal_number, info, context);
}

static void
touch_with_a_circle_of_handlers(void)
{
	const struct sigaction action = {.sa_sigaction = chaining_handler,
					 .sa_flags = SA_SIGINFO | SA_NODEFER};

	signal(SIGBUS, SIG_DFL);
	open_dram(0);
	sigaction(SIGBUS, &action, &older); /* passes on to ours */
	open_dram(0);                       /* ours, which passes on to that one */
	*map_bad_page(NULL) = 1;
}

static void
circle_of_handlers_ends_with_the_default_action(void **state)
{
	int status;

	(void)state;
	status = status_of(touch_with_a_circle_of_handlers);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

/* a BTT with a bad page below block 0, and the action of this process without a handler */
static struct btt *
open_with_bad_block_0(void (*action)(int))
{
	struct btt_ns *ns;
	struct btt *btt;

	signal(SIGBUS, action);
	ns = open_dram(0);
	format(ns, 0);
	btt = open_btt(ns, 0);
	spoil_block_0(ns, btt);
	return btt;
}

/* sends SIGBUS to this thread with a code that only the kernel uses otherwise */
static void
announce_bad_page(void)
{
	siginfo_t info = {.si_signo = SIGBUS, .si_code = BUS_MCEERR_AO};

	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGBUS, &info))
		_exit(2);
}

static void
expect_guard(struct btt *btt)
{
	uint8_t block[4096];

	_exit(!btt_read(btt, 0, 0, block) || errno != EIO ? 1 : 0);
}

static void
send_to_default_action(void)
{
	open_with_bad_block_0(SIG_DFL);
	kill(getpid(), SIGBUS);
	_exit(3);
}

static void
send_while_ignored(void)
{
	struct btt *btt = open_with_bad_block_0(SIG_IGN);

	kill(getpid(), SIGBUS);
	expect_guard(btt);
}

static void
touch_while_ignored(void)
{
	signal(SIGBUS, SIG_IGN);
	open_dram(0);
	*map_bad_page(NULL) = 1;
}

static void
announce_to_default_action(void)
{
	struct btt *btt = open_with_bad_block_0(SIG_DFL);

	announce_bad_page();
	expect_guard(btt);
}

static void
announce_to_handler(void)
{
	open_with_bad_block_0(first_handler);
	announce_bad_page();
	_exit(3);
}

static void
signal_of_a_process_has_the_action_of_a_process_without_the_library(void **state)
{
	int status;

	(void)state;
	status = status_of(send_to_default_action);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	assert_int_equal(status_of(send_while_ignored), 0);
	status = status_of(touch_while_ignored);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static void
announced_bad_page_leaves_the_guard_in_place(void **state)
{
	int status;

	(void)state;
	assert_int_equal(status_of(announce_to_default_action), 0);
	status = status_of(announce_to_handler);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

static void
send_into_a_circle_of_handlers(void)
{
	const struct sigaction action = {.sa_sigaction = chaining_handler,
					 .sa_flags = SA_SIGINFO | SA_NODEFER};

	signal(SIGBUS, SIG_DFL);
	open_dram(0);
	sigaction(SIGBUS, &action, &older);
	open_dram(0);
	kill(getpid(), SIGBUS);
	_exit(3);
}

static void
signal_of_a_process_ends_a_circle_of_handlers(void **state)
{
	int status = status_of(send_into_a_circle_of_handlers);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static void
caller_that_declines_keeps_its_handler(void **state)
{
	const struct btt_repair_options repair = {.flags = BTT_NO_SIGBUS};
	struct btt_probe probe;
	struct btt_ns *ns;
	struct btt *btt;

	(void)state;
	signal(SIGBUS, first_handler);
	ns = open_dram(BTT_NO_SIGBUS);
	assert_true(is_in_place(first_handler));
	format(ns, BTT_NO_SIGBUS);
	assert_int_equal(btt_probe(SIZE, ns, btt_ns_callbacks(ns), &probe, sizeof(probe)), 0);
	assert_int_equal(btt_repair(&repair, SIZE, ns, btt_ns_callbacks(ns), NULL, NULL), 1);
	btt = open_btt(ns, BTT_NO_SIGBUS);
	assert_true(is_in_place(first_handler));
	write_block(btt, 0, 7, 3);
	expect_block(btt, 0, 7, 3);
	btt_fini(btt);
	btt_ns_close(ns);
	assert_true(is_in_place(first_handler));
}

static void
read_bad_block(unsigned flags)
{
	struct btt_ns *ns = open_dram(BTT_NO_SIGBUS);
	uint8_t block[4096];
	struct btt *btt;

	signal(SIGBUS, first_handler);
	format(ns, BTT_NO_SIGBUS);
	btt = open_btt(ns, BTT_NO_SIGBUS);
	spoil_block_0(ns, btt);
	open_dram(flags);
	_exit(!btt_read(btt, 0, 0, block) || errno != EIO ? 1 : 0);
}

static void
read_bad_block_alone(void)
{
	read_bad_block(BTT_NO_SIGBUS);
}

static void
read_bad_block_beside_a_user(void)
{
	read_bad_block(0);
}

static void
bad_page_reaches_the_program_that_declined(void **state)
{
	int status;

	(void)state;
	status = status_of(read_bad_block_alone);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	/* the handler belongs to the process: another user of it is enough */
	status = status_of(read_bad_block_beside_a_user);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
main(void)
{
	const char *variant = getenv("VARIANT");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_user_restores_the_previous_handler),
		cmocka_unit_test(handler_of_somebody_else_stays),
		cmocka_unit_test(signal_of_somebody_else_goes_to_the_previous_handler),
		cmocka_unit_test(circle_of_handlers_ends_with_the_default_action),
		cmocka_unit_test(
			signal_of_a_process_has_the_action_of_a_process_without_the_library),
		cmocka_unit_test(announced_bad_page_leaves_the_guard_in_place),
		cmocka_unit_test(signal_of_a_process_ends_a_circle_of_handlers),
		cmocka_unit_test(caller_that_declines_keeps_its_handler),
		cmocka_unit_test(bad_page_reaches_the_program_that_declined),
	};

	if (variant && !strcmp(variant, "tsan")) {
		puts("ThreadSanitizer can't follow a jump out of a signal handler");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
