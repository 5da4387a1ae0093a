/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nmem.c -- for LD_PRELOAD: a file /dev/nmemN acts as an NVDIMM; its bytes are the answer of the firmware.
 *
 * libndctl asks a module with an ioctl on a character device and compares the device number with the one in /sys. Here
 * the file poses as device 240:N, and a firmware call returns the contents of the file: status and payload. An
 * empty file is a module without this call.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ndctl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NMEM_MAJOR 240

/* N of /dev/nmemN, or -1. */
static int
module_of(int fd)
{
	char link[64], path[64] = "";
	unsigned number;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0)
		return -1;
	return sscanf(path, "/dev/nmem%u", &number) == 1 ? (int)number : -1;
}

int
fstat64(int fd, struct stat64 *st)
{
	int number = module_of(fd);
	int err = fstatat64(fd, "", st, AT_EMPTY_PATH);

	if (!err && number >= 0) {
		st->st_mode = S_IFCHR | 0600;
		st->st_rdev = makedev(NMEM_MAJOR, (unsigned)number);
	}
	return err;
}

static int
answer(int fd, struct nd_cmd_pkg *call)
{
	ssize_t len = pread(fd, call->nd_payload + call->nd_size_in, call->nd_size_out, 0);

	if (len <= 0) {
		errno = ENOTTY;
		return -1;
	}
	call->nd_fw_size = (uint32_t)len;
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	/* some callers store the request in an int */
	if ((uint32_t)request == ND_IOCTL_CALL && module_of(fd) >= 0)
		return answer(fd, arg);
	return (int)syscall(SYS_ioctl, fd, request, arg);
}
