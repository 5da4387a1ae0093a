/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memdev.c -- for LD_PRELOAD: a file /dev/cxl/memN acts as a CXL memory device; its bytes are the answer to Get Health
 * Info.
 *
 * libcxl asks a memory device with ioctls on a character device. Here an open file poses as one. An empty file is a
 * device that knows the command and fails it.
 *
 * It also stands for tracefs: a new folder below /sys/kernel/tracing/instances has the event cxl_poison, and the trace
 * that lies in /dev/trace. The removal of the folder keeps it, under another name.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/cxl_mem.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INFO_BYTES 18

/* N of /dev/cxl/memN, or -1. */
static int
device_of(int fd)
{
	char link[64], path[64] = "";
	unsigned number;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0)
		return -1;
	return sscanf(path, "/dev/cxl/mem%u", &number) == 1 ? (int)number : -1;
}

int
fstat(int fd, struct stat *st)
{
	int number = device_of(fd);
	int err = fstatat(fd, "", st, AT_EMPTY_PATH);

	if (!err && number >= 0)
		st->st_mode = S_IFCHR | 0600;
	return err;
}

int
fstat64(int fd, struct stat64 *st)
{
	int number = device_of(fd);
	int err = fstatat64(fd, "", st, AT_EMPTY_PATH);

	if (!err && number >= 0)
		st->st_mode = S_IFCHR | 0600;
	return err;
}

static int
query(struct cxl_mem_query_commands *commands)
{
	if (commands->n_commands)
		commands->commands[0] = (struct cxl_command_info){
			.id = CXL_MEM_COMMAND_ID_GET_HEALTH_INFO, .size_out = INFO_BYTES};
	commands->n_commands = 1;
	return 0;
}

static int
answer(int fd, struct cxl_send_command *command)
{
	ssize_t len = pread(fd, (void *)(uintptr_t)command->out.payload, INFO_BYTES, 0);

	command->retval = len == INFO_BYTES ? 0 : 1;
	command->out.size = (uint32_t)(len < 0 ? 0 : len);
	return 0;
}

static int
is_instance(const char *path)
{
	return strstr(path, "/tracing/instances/bttbench-") != NULL;
}

int
mkdir(const char *path, mode_t mode)
{
	static const char *const folders[] = {"events", "events/cxl", "events/cxl/cxl_poison"};
	char below[256];

	if (syscall(SYS_mkdir, path, mode))
		return -1;
	for (int i = 0; i < 3 && is_instance(path); i++) {
		snprintf(below, sizeof(below), "%s/%s", path, folders[i]);
		syscall(SYS_mkdir, below, mode);
	}
	if (is_instance(path)) {
		snprintf(below, sizeof(below), "%s/events/cxl/cxl_poison/enable", path);
		close(open(below, O_WRONLY | O_CREAT, 0600));
		snprintf(below, sizeof(below), "%s/trace", path);
		if (symlink("/dev/trace", below))
			return -1;
	}
	return 0;
}

int
rmdir(const char *path)
{
	char other[256];
	static int count;

	if (!is_instance(path))
		return (int)syscall(SYS_rmdir, path);
	snprintf(other, sizeof(other), "/sys/kernel/tracing/removed-%d", count++);
	return rename(path, other);
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (device_of(fd) >= 0 && (uint32_t)request == (uint32_t)CXL_MEM_QUERY_COMMANDS)
		return query(arg);
	if (device_of(fd) >= 0 && (uint32_t)request == (uint32_t)CXL_MEM_SEND_COMMAND)
		return answer(fd, arg);
	return (int)syscall(SYS_ioctl, fd, request, arg);
}
