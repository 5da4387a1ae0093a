/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orphan.c -- for LD_PRELOAD: a process that asks for a signal at the end of its parent asks too late. Its parent is
 * killed just before. The process itself ends after 20 s, so that a failed test leaves none.
 */
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int
prctl(int option, ...)
{
	const struct timespec step = {0, 1000000};
	unsigned long rest[4];
	pid_t parent = getppid();
	va_list args;

	va_start(args, option);
	for (int i = 0; i < 4; i++)
		rest[i] = va_arg(args, unsigned long);
	va_end(args);
	if (option == PR_SET_PDEATHSIG) {
		alarm(20);
		kill(parent, SIGKILL);
		while (getppid() == parent)
			nanosleep(&step, NULL);
	}
	return (int)syscall(SYS_prctl, option, rest[0], rest[1], rest[2], rest[3]);
}
