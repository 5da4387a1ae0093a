/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * callbacks.c -- a BTT in memory behind five functions of the program, opened with btt_init.
 *
 *	cc $(pkg-config --cflags libbtt) callbacks.c $(pkg-config --libs libbtt) -o callbacks
 *	./callbacks
 *
 * This is the interface of libpmemblk. It suits memory that the library cannot map: a remote
 * device, a simulator, a file that is read and written. Here it is an array, so that the example
 * runs everywhere.
 */
#include <btt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct memory {
	uint8_t *bytes;
	uint64_t size;
};

static int
memory_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	struct memory *memory = ns;

	(void)lane;
	memcpy(buf, memory->bytes + off, count);
	return 0;
}

/* On persistent memory the bytes must be durable when this function returns. */
static int
memory_write(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	struct memory *memory = ns;

	(void)lane;
	memcpy(memory->bytes + off, buf, count);
	return 0;
}

static int
memory_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	struct memory *memory = ns;

	(void)lane;
	memset(memory->bytes + off, 0, count);
	return 0;
}

/* It may map fewer bytes than `len`, but at least 8 aligned ones. */
static ssize_t
memory_map(void *ns, unsigned lane, void **addrp, size_t len, uint64_t off)
{
	struct memory *memory = ns;

	(void)lane;
	*addrp = memory->bytes + off;
	return (ssize_t)(len < memory->size - off ? len : memory->size - off);
}

/* On persistent memory: flush these bytes and wait until they are durable. */
static void
memory_sync(void *ns, unsigned lane, void *addr, size_t len)
{
	(void)ns;
	(void)lane;
	(void)addr;
	(void)len;
}

/* The other members stay zero: `size` = 0 says that the optional functions are not there. */
static const struct ns_callback callbacks = {
	.nsread = memory_read,
	.nswrite = memory_write,
	.nszero = memory_zero,
	.nsmap = memory_map,
	.nssync = memory_sync,
};

int
main(void)
{
	uint8_t parent[16] = "example"; /* identifies the namespace; the layout remembers it */
	struct memory memory = {.size = 32 << 20};
	char block[512];
	struct btt *btt;
	int result = 1;

	memory.bytes = calloc(1, memory.size);
	if (!memory.bytes)
		return 1;

	/* Nothing is stored yet: the first write lays out the BTT. */
	btt = btt_init(memory.size, sizeof(block), parent, 0, &memory, &callbacks);
	if (!btt)
		goto failed;
	memset(block, 0, sizeof(block));
	strcpy(block, "a block behind callbacks");
	if (btt_write(btt, 0, 1000, block))
		goto failed;
	btt_fini(btt);

	/* The second opening finds the layout, with lane count and block size as before. */
	btt = btt_init(memory.size, 0, parent, 0, &memory, &callbacks);
	if (!btt || btt_read(btt, 1, 1000, block))
		goto failed;
	printf("%zu blocks, %u lanes, block 1000: \"%s\"\n", btt_nlba(btt), btt_nlane(btt), block);
	printf("consistent: %s\n", btt_check(btt) == 1 ? "yes" : "no");
	result = 0;

failed:
	if (result)
		fprintf(stderr, "callbacks: %s\n", btt_errormsg());
	if (btt)
		btt_fini(btt);
	free(memory.bytes);
	return result;
}
