/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * single_step.c -- single_step FILE COMMAND [ARG...]: runs bttbench and counts the instructions that a worker executes in
 * the measured phase, by their bytes in memory. Writes the counts to FILE as JSON.
 *
 * A worker asks for its own usage (getrusage, RUSAGE_THREAD) directly before and after the measured phase. All threads run
 * freely until the first such call; from there to the second one its thread executes one instruction at a time.
 *
 * Exit: that of the command; 77: this machine allows no ptrace; 1: no measured phase was found.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum insn {
	OTHER,
	SYSCALL,
	SFENCE,
	MFENCE,
	LOCKED,
	CLWB,
	CLFLUSHOPT,
	CLFLUSH,
	NT4, /* stores past the cache, by bytes */
	NT8,
	NT16,
	NT32,
	NT64,
	INSNS
};

static const char *const names[INSNS] = {
	"other",   "syscall", "sfence", "mfence", "locked", "clwb", "clflushopt",
	"clflush", "nt4",     "nt8",    "nt16",   "nt32",   "nt64",
};

#define INSN_BYTES_MOST 15

/* VEX and EVEX, opcodes of the 0F map; a register has 16 << length bytes */
static enum insn
classify_wide(uint8_t op, unsigned length)
{
	return (op == 0xe7 || op == 0x2b) && length <= 2 ? (enum insn)(NT16 + length) : OTHER;
}

/* the 0F map; `modrm` follows the opcode */
static enum insn
classify_0f(uint8_t op, uint8_t modrm, int has_66, int is_wide)
{
	unsigned reg = modrm >> 3 & 7;
	int is_memory = modrm >> 6 != 3;

	if (op == 0x05)
		return SYSCALL;
	if (op == 0xc3)
		return is_wide ? NT8 : NT4;
	if (op == 0xe7 || op == 0x2b)
		return NT16;
	if (op != 0xae)
		return OTHER;
	if (is_memory && reg == 7)
		return has_66 ? CLFLUSHOPT : CLFLUSH;
	if (is_memory && reg == 6 && has_66)
		return CLWB;
	if (is_memory || has_66)
		return OTHER;
	return reg == 7 ? SFENCE : reg == 6 ? MFENCE : OTHER;
}

static int
is_prefix(uint8_t byte)
{
	static const uint8_t prefixes[] = {0x66, 0x67, 0xf2, 0xf3, 0x26,
					   0x2e, 0x36, 0x3e, 0x64, 0x65};

	return memchr(prefixes, byte, sizeof(prefixes)) != NULL;
}

static enum insn
classify(const uint8_t *code)
{
	int has_66 = 0, has_f3 = 0, is_wide = 0;

	for (; is_prefix(*code); code++) {
		has_66 |= *code == 0x66;
		has_f3 |= *code == 0xf3;
	}
	if (*code == 0xf0)
		return LOCKED;
	if (*code == 0xc5)
		return classify_wide(code[2], code[1] >> 2 & 1);
	if (*code == 0xc4)
		return (code[1] & 0x1f) == 1 ? classify_wide(code[3], code[2] >> 2 & 1) : OTHER;
	if (*code == 0x62)
		return (code[1] & 7) == 1 ? classify_wide(code[4], code[3] >> 5 & 3) : OTHER;
	if ((*code & 0xf0) == 0x40)
		is_wide = *code++ >> 3 & 1;
	if (*code == 0x0f &&
	    !has_f3) /* with F3, the opcode of the fences means other instructions */
		return classify_0f(code[1], code[2], has_66, is_wide);
	if ((*code == 0x86 || *code == 0x87) && code[1] >> 6 != 3)
		return LOCKED; /* xchg with memory locks without the prefix */
	return OTHER;
}

/* the instruction at `address`; those of addresses seen before are kept */
static enum insn
insn_at(pid_t thread, uint64_t address)
{
	static struct {
		uint64_t address;
		enum insn insn;
	} seen[1 << 16];
	uint8_t code[INSN_BYTES_MOST + 1] = {0};
	struct iovec to = {code, sizeof(code)}, from = {(void *)(uintptr_t)address, sizeof(code)};
	size_t at = address % (sizeof(seen) / sizeof(seen[0]));

	if (seen[at].address != address) {
		if (process_vm_readv(thread, &to, 1, &from, 1, 0) < 0) { /* the mapping ends */
			from.iov_len = 4096 - address % 4096;
			process_vm_readv(thread, &to, 1, &from, 1, 0);
		}
		seen[at].address = address;
		seen[at].insn = classify(code);
	}
	return seen[at].insn;
}

static int
is_usage_call(const struct user_regs_struct *regs, uint64_t number)
{
	return number == SYS_getrusage && (int)regs->rdi == RUSAGE_THREAD;
}

/*
 * Steps the thread from the end of one usage call to the start of the next; other threads wait for events meanwhile. This
 * process moves to the CPU of the thread: a step is then several times faster.
 */
static int
step_phase(pid_t thread, uint64_t counts[INSNS])
{
	struct user_regs_struct regs;
	enum insn insn;
	cpu_set_t cpus;
	int status;

	if (sched_getaffinity(thread, sizeof(cpus), &cpus) ||
	    sched_setaffinity(0, sizeof(cpus), &cpus))
		return -1;
	for (;;) {
		if (ptrace(PTRACE_GETREGS, thread, NULL, &regs))
			return -1;
		insn = insn_at(thread, regs.rip);
		if (insn == SYSCALL && is_usage_call(&regs, regs.rax))
			return 0;
		counts[insn]++;
		if (ptrace(PTRACE_SINGLESTEP, thread, NULL, NULL) ||
		    waitpid(thread, &status, __WALL) < 0 || !WIFSTOPPED(status))
			return -1;
	}
}

static int
write_counts(const char *path, const uint64_t counts[INSNS])
{
	FILE *out = fopen(path, "w");

	if (!out)
		return -1;
	for (int insn = 0; insn < INSNS; insn++)
		fprintf(out, "%s\"%s\": %ju", insn ? ", " : "{", names[insn],
			(uintmax_t)counts[insn]);
	fputs("}\n", out);
	return fclose(out);
}

static void
start(char **command)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
		printf("no ptrace: %s\n", strerror(errno));
		exit(77);
	}
	raise(SIGSTOP);
	execvp(command[0], command);
	perror(command[0]);
	exit(1);
}

int
main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
	uint64_t counts[INSNS] = {0};
	struct user_regs_struct regs;
	int status, is_done = 0;
	pid_t child, thread;

	if (argc < 3) {
		fprintf(stderr, "usage: single_step FILE COMMAND [ARG...]\n");
		return 1;
	}
	child = fork();
	if (child == 0)
		start(argv + 2);
	if (waitpid(child, &status, 0) < 0 || WIFEXITED(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	ptrace(PTRACE_SETOPTIONS, child, NULL, options);
	ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	while ((thread = waitpid(-1, &status, __WALL)) > 0) {
		long signal_number = 0;

		if (!WIFSTOPPED(status)) {
			if (thread == child)
				break;
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			if (!is_done && !ptrace(PTRACE_GETREGS, thread, NULL, &regs) &&
			    is_usage_call(&regs, regs.orig_rax) && regs.rax == 0) {
				is_done = 1;
				if (step_phase(thread, counts) || write_counts(argv[1], counts)) {
					perror("single_step");
					return 1;
				}
			}
		} else if (WSTOPSIG(status) == SIGTRAP || WSTOPSIG(status) == SIGSTOP) {
			/* execve, the start of a thread */
		} else {
			signal_number = WSTOPSIG(status);
		}
		ptrace(is_done ? PTRACE_CONT : PTRACE_SYSCALL, thread, NULL, signal_number);
	}
	if (!is_done) {
		fprintf(stderr, "single_step: no thread asked for its usage: no measured phase was "
				"found\n");
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
