/* SPDX-License-Identifier: BSD-3-Clause */
#include "append_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum cmd_exit
error_errno(const struct append_file *file)
{
	return cmd_fail("%s: %s", file->path, strerror(errno));
}

/* The header, or with a result the header and its rows. The caller frees it. NULL: memory ran out. */
static char *
csv_text(const struct job_list *jobs, const struct result *result, size_t *header_bytes)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return NULL;
	err = output_csv_header(jobs, out) || fflush(out);
	*header_bytes = size;
	err |= result && output_csv_rows(result, jobs, out);
	err |= fclose(out);
	if (!err)
		return text;
	free(text);
	errno = ENOMEM;
	return NULL;
}

/* Checks an existing file; `size` becomes its size. */
static enum cmd_exit
check_content(const struct append_file *file, const char *header, size_t header_bytes, off_t *size)
{
	struct stat st;
	char *start, last = '\n';
	ssize_t got;
	int is_same;

	if (fstat(file->fd, &st))
		return error_errno(file);
	*size = st.st_size;
	if (!S_ISREG(st.st_mode))
		return cmd_usage("--append=%s: not a regular file (allowed: a file)", file->path);
	if (st.st_size == 0)
		return CMD_OK;
	start = malloc(header_bytes);
	if (!start)
		return error_errno(file);
	got = pread(file->fd, start, header_bytes, 0);
	is_same = got == (ssize_t)header_bytes && !memcmp(start, header, header_bytes);
	free(start);
	if (got < 0 || pread(file->fd, &last, 1, st.st_size - 1) < 0)
		return error_errno(file);
	if (!is_same)
		return cmd_usage("--append=%s: its first line is not the header of this result "
				 "(allowed: a new file, or one of the same version with the same "
				 "percentiles)",
				 file->path);
	if (last != '\n')
		return cmd_usage("--append=%s: its last line has no end (allowed: complete lines)",
				 file->path);
	return CMD_OK;
}

enum cmd_exit
append_file_open(struct append_file *file, const char *path, const struct job_list *jobs)
{
	enum cmd_exit code;
	size_t header_bytes;
	char *header;
	off_t size;

	*file = (struct append_file){.path = path, .is_new = access(path, F_OK) != 0};
	file->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	if (file->fd < 0)
		return error_errno(file);
	header = csv_text(jobs, NULL, &header_bytes);
	code = header ? check_content(file, header, header_bytes, &size) : error_errno(file);
	free(header);
	if (code)
		append_file_drop(file);
	return code;
}

/* Returns 0, or -1/errno with the file cut to its old size. */
static int
write_all(int fd, const char *text, off_t old_size)
{
	size_t size = strlen(text);
	ssize_t written = 0;
	int err, cut;

	while (size && written >= 0) {
		written = write(fd, text, size);
		if (written < 0 && errno == EINTR)
			written = 0;
		if (written > 0) {
			text += written;
			size -= (size_t)written;
		}
	}
	if (!size && !fsync(fd))
		return 0;
	err = errno;
	cut = ftruncate(fd, old_size);
	(void)cut; /* the first error is the one to report */
	errno = err;
	return -1;
}

enum cmd_exit
append_file_write(struct append_file *file, const struct result *result)
{
	enum cmd_exit code = CMD_OK;
	size_t header_bytes = 0;
	char *text = csv_text(&result->jobs, result, &header_bytes);
	off_t size = 0;

	if (!text || flock(file->fd, LOCK_EX))
		code = error_errno(file);
	/* another command may have written to the file since append_file_open */
	if (!code)
		code = check_content(file, text, header_bytes, &size);
	if (!code && write_all(file->fd, size ? text + header_bytes : text, size))
		code = error_errno(file);
	free(text);
	append_file_drop(file);
	return code;
}

void
append_file_drop(struct append_file *file)
{
	struct stat st;

	if (file->is_new && !flock(file->fd, LOCK_EX) && !fstat(file->fd, &st) && st.st_size == 0)
		unlink(file->path);
	close(file->fd);
}
