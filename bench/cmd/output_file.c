/* SPDX-License-Identifier: BSD-3-Clause */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTOR_MAX 64
#define NAMES_MAX      100 /* temporary names to try; earlier runs may have left some */

int
output_file_is_same(const char *path, const char *other)
{
	struct stat a, b;

	if (stat(path, &a) || stat(other, &b))
		return 0;
	if (S_ISBLK(a.st_mode) || S_ISCHR(a.st_mode))
		return (a.st_mode & S_IFMT) == (b.st_mode & S_IFMT) && a.st_rdev == b.st_rdev;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static mode_t
default_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* "/dev/stdout" and similar names mean an open file, which must not be replaced */
static int
is_descriptor(const char *path)
{
	return !strncmp(path, "/dev/std", 8) || !strncmp(path, "/dev/fd/", 8) ||
	       !strncmp(path, "/proc/", 6);
}

/* the path by which linkat() can name an open file */
static void
print_descriptor(int fd, char *text, size_t size)
{
	snprintf(text, size, "/proc/self/fd/%d", fd);
}

/* A file without a name leaves nothing behind when a signal ends the process. -1 where the file system has none. */
static int
open_nameless(const char *path, mode_t mode)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path + 1)) : strdup(".");
	int fd = folder ? open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600) : -1;
	char descriptor[DESCRIPTOR_MAX];

	free(folder);
	if (fd < 0)
		return -1;
	print_descriptor(fd, descriptor, sizeof(descriptor));
	if (!access(descriptor, F_OK) && !fchmod(fd, mode))
		return fd;
	close(fd);
	return -1;
}

/* linkat() can't replace the old file, so the new one first gets a temporary name for rename(). */
static int
give_name(struct output_file *out)
{
	char descriptor[DESCRIPTOR_MAX];

	print_descriptor(fileno(out->file), descriptor, sizeof(descriptor));
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		if (asprintf(&out->temp, "%s.%jd-%u", out->path, (intmax_t)getpid(), i) < 0) {
			out->temp = NULL;
			return -1;
		}
		if (!linkat(AT_FDCWD, descriptor, AT_FDCWD, out->temp, AT_SYMLINK_FOLLOW))
			return 0;
		free(out->temp);
		out->temp = NULL;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* Creates the new file in the same folder. NULL: the output has to be written in place. */
static FILE *
open_beside(struct output_file *out, mode_t mode)
{
	FILE *file = NULL;
	int fd = open_nameless(out->path, mode);

	if (fd >= 0) {
		file = fdopen(fd, "w");
		if (!file)
			close(fd);
		out->is_nameless = file != NULL;
		return file;
	}
	if (asprintf(&out->temp, "%s.XXXXXX", out->path) < 0) {
		out->temp = NULL;
		return NULL;
	}
	fd = mkostemp(out->temp, O_CLOEXEC);
	if (fd >= 0 && !fchmod(fd, mode))
		file = fdopen(fd, "w");
	if (!file) {
		if (fd >= 0) {
			close(fd);
			unlink(out->temp);
		}
		free(out->temp);
		out->temp = NULL;
	}
	return file;
}

int
output_file_open(struct output_file *out, const char *path)
{
	struct stat st;
	int is_there = !stat(path, &st);
	int is_whole = !is_there || (S_ISREG(st.st_mode) && !access(path, W_OK));

	is_whole = is_whole && !is_descriptor(path);
	/* replace the target of a symbolic link, not the link */
	*out = (struct output_file){.path = is_there && is_whole ? realpath(path, NULL)
								 : strdup(path)};
	if (!out->path)
		return -1;
	if (is_whole)
		out->file = open_beside(out, is_there ? st.st_mode & 07777 : default_mode());
	if (!out->file)
		out->file = fopen(out->path, "ae");
	if (out->file)
		return 0;
	free(out->path);
	return -1;
}

FILE *
output_file_begin(struct output_file *out)
{
	/* EINVAL: a pipe or a device has no length */
	return ftruncate(fileno(out->file), 0) && errno != EINVAL ? NULL : out->file;
}

int
output_file_finish(struct output_file *out)
{
	int is_beside = out->temp || out->is_nameless;
	int err = fflush(out->file) || (is_beside && fsync(fileno(out->file))) ? errno : 0;

	if (!err && out->is_nameless && give_name(out))
		err = errno;
	if (fclose(out->file) && !err)
		err = errno;
	if (!err && out->temp && rename(out->temp, out->path))
		err = errno;
	if (err && out->temp)
		unlink(out->temp);
	free(out->temp);
	free(out->path);
	errno = err;
	return err ? -1 : 0;
}

void
output_file_drop(struct output_file *out)
{
	fclose(out->file);
	if (out->temp)
		unlink(out->temp);
	free(out->temp);
	free(out->path);
}
