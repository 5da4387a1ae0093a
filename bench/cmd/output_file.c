/* SPDX-License-Identifier: BSD-3-Clause */
/* output_file.c -- see output_file.h. */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* "/dev/stdout" and the like name what is open already */
static int
is_descriptor(const char *path)
{
	return !strncmp(path, "/dev/std", 8) || !strncmp(path, "/dev/fd/", 8) ||
	       !strncmp(path, "/proc/", 6);
}

/* a new file beside it, or NULL: then it is written in place */
static FILE *
open_beside(struct output_file *out, mode_t mode)
{
	FILE *file = NULL;
	int fd;

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
	/* a link stays: what it names is replaced */
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
	/* what is no file has nothing to cut off: EINVAL */
	return ftruncate(fileno(out->file), 0) && errno != EINVAL ? NULL : out->file;
}

int
output_file_finish(struct output_file *out)
{
	int err = fflush(out->file) || (out->temp && fsync(fileno(out->file))) ? errno : 0;

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
