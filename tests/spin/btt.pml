/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt.pml -- read tracking, map and flog with store buffers and a power cut; spin searches all states.
 *
 * W lanes write N times each into P blocks that share one map line, and one lane reads K times. With R=2 a lane that
 * writes has two free blocks and uses them in turn (btt/rotate.h). Every choice of blocks and every interleaving is
 * searched. The steps have the names of btt/rtt.h (R1..R5, W1..W3) and btt/io.c
 * (1..7, fences A..D).
 *
 * A block that was never written is read from the block of its own number and tracked like any other, as an initial
 * map entry is in flavours uefi and kernel.
 *
 * Memory model. A store goes into the thread's buffer and reaches memory later, in order (x86-TSO). A full fence and a
 * locked instruction wait until the buffer is empty. A store fence does not wait: it is a mark in the buffer, and a
 * load may pass it. A word in memory may become durable at any moment, independently of other words, and must be
 * durable when the mark after it leaves the buffer. The return of a call is a store like any other.
 *
 * Without CUT: no reader gets a torn, foreign or stale block, and nobody waits forever. With CUT: power may fail at
 * any moment. Recovery must find each block either mapped once or free once. A block is whole, belongs to its lba,
 * and is no older than the last content that a write or a read acknowledged.
 *
 * BATCH: one thread writes N batches of two blocks on lanes 0 and 1 (btt/io_batch.c), another one writes N blocks on
 * lane 2, and the reader reads K batches of two blocks on two lanes. All blocks share one map line, and so one lock.
 *
 * TWO_FENCE selects the other commit order. The names at the #ifdefs below are mutants; model.t lists them.
 */
#ifndef P
#define P 1
#endif
#ifndef N
#define N 2
#endif
#ifndef K
#define K 1
#endif
#ifdef BATCH
#define W 3			/* lanes that write; thread 0 has two of them */
#endif
#ifndef W
#define W 2			/* lanes that write */
#endif
#ifndef R
#define R 1			/* free blocks of each, 1 or 2 */
#endif
#define G      (W * R)		/* groups of the log: lane w has w and w + W */
#define B      (P + G)		/* post-map blocks */
#define READER W
#define SB     4		/* stores in a buffer */

/* words on media: the map, both halves of each block, both halves of each group's two log slots */
#define MAP(p)	    (p)
#define LO(b)	    (P + (b))
#define HI(b)	    (P + B + (b))
#define HALF1(g, s) (P + 2 * B + 4 * (g) + (s))
#define HALF2(g, s) (P + 2 * B + 4 * (g) + 2 + (s))
#define NMEDIA	    (P + 2 * B + 4 * G)
/* words that are only in memory */
#define LOCK   NMEDIA
#define SLOT   (NMEDIA + 1)	/* the block the reader holds, + 1 */
#define NREAD  (NMEDIA + 2)
#define ACK(p) (NMEDIA + 3 + (p)) /* order of the newest acknowledged content of p */
#define SLOT2  (NMEDIA + 3 + P)	/* the second block that the reader of a batch holds, + 1 */
#ifdef BATCH
#define NLOC   (NMEDIA + 4 + P)
#else
#define NLOC   (NMEDIA + 3 + P)
#endif
/* marks in a buffer */
#define FENCE	 100
#define FLUSH(p) (101 + (p))	/* of p's map entry */

byte mem[NLOC];
byte dur[NMEDIA];
int flushed[W + 1];		/* words of media in flight: durable at this thread's next fence */
byte snap[(W + 1) * P];		/* map entries when this thread flushed them */
chan sb[W + 1] = [SB] of { byte, byte };
bool dead;

/* contents are numbered by write from 1; 0 is the initial content */
byte lba_of[W * N + 1], order_of[W * N + 1];
byte orders;

#define STORE(i, a, v)	sb[i]!a, v
#define SFENCE(i)	sb[i]!FENCE, 0
#define LOCKED(i)	empty(sb[i])	/* the condition of a locked instruction */
#define SEQ_NEXT(s)	((s) % 3 + 1)

inline reach_memory(i, a, v)
{
	if
	:: a == FENCE ->
		x = 0;
		do
		:: x < NMEDIA ->
			if
			:: (flushed[i] & (1 << x)) && dur[x] != mem[x] && x < P -> dur[x] = snap[i * P + x]
			:: (flushed[i] & (1 << x)) && x >= P -> dur[x] = mem[x]
			:: else
			fi;
			x++
		:: else -> break
		od;
		flushed[i] = 0
	:: a > FENCE ->
		flushed[i] = flushed[i] | (1 << (a - FLUSH(0)));
		snap[i * P + a - FLUSH(0)] = mem[a - FLUSH(0)]
	:: a >= ACK(0) && a < ACK(P) ->
		mem[a] = (v > mem[a] -> v : mem[a])
	:: a >= LOCK && a < ACK(0) ->
		mem[a] = v
#ifdef BATCH
	:: a == SLOT2 ->
		mem[a] = v
#endif
	:: a < NMEDIA ->
		mem[a] = v;
		flushed[i] = flushed[i] | (1 << a);
		if
		:: a < P -> snap[i * P + a] = v
		:: else
		fi
	fi;
	x = 0; a = 0; v = 0
}

proctype buffer(byte i) provided (!dead)
{
	byte a, v, x;

end:	do
	:: d_step { nempty(sb[i]) -> sb[i]?a, v; reach_memory(i, a, v) }
	od
}

inline select_block(p)
{
#if P == 1
	p = 0
#else
	if
	:: p = 0
	:: p = 1
	fi
#endif
}

inline store_data(w, b, id)
{
	if
	:: STORE(w, LO(b), id); STORE(w, HI(b), id)
	:: STORE(w, HI(b), id); STORE(w, LO(b), id)
	fi
}

/* 3: a locked instruction takes the lock; from here the order of contents is fixed */
inline take_lock(w, p, old, id)
{
	d_step {
		LOCKED(w) && mem[LOCK] == 0 ->
		mem[LOCK] = 1;
		old = mem[MAP(p)];
		orders++;
		order_of[id] = orders
	}
}

/* W2, W3 */
inline wait_for_reader(w, free)
{
#ifndef NO_W2
	LOCKED(w);
#endif
#ifndef NO_W3
	if
	:: mem[NREAD] == 0
	:: mem[NREAD] == 1 ->
		mem[SLOT] != free + 1
#ifdef BATCH
		; mem[SLOT2] != free + 1
#endif
	fi
#else
	skip
#endif
}

/* The same for a group with a mark, which then has none; the other group keeps its mark if its block is held. */
inline scan_for_readers(w)
{
	if
	:: marked[r] ->
#ifndef NO_W2
		LOCKED(w);
#endif
		if
		:: mem[NREAD] == 0 -> seen = 0
		:: mem[NREAD] == 1 -> seen = mem[SLOT]
		fi;
		if
		:: seen != spare[r] + 1
		:: else -> mem[SLOT] != spare[r] + 1
		fi;
		d_step {
			marked[r] = 0;
#ifdef HELD_UNMARKED
			marked[1 - r] = 0;
#else
			marked[1 - r] = marked[1 - r] && seen == spare[1 - r] + 1;
#endif
			seen = 0
		}
	:: else
	fi
}

#if R == 1
#define WAIT(w, free) wait_for_reader(w, free)
#else
#define WAIT(w, free) scan_for_readers(w)
#endif
#define GROUP(w)      ((w) + r * W)

#ifdef TWO_FENCE
inline change_block(w, p, free, old, seq, slot, last, id)
{
	WAIT(w, free);
	take_lock(w, p, old, id);
	store_data(w, free, id);
#ifdef DATA_WITH_COMMIT
	STORE(w, HALF1(GROUP(w), slot), p * 8 + old);
#else
	STORE(w, HALF1(GROUP(w), slot), p * 8 + old);
#ifndef NO_TARGET_FLUSH
	STORE(w, FLUSH(p), 0);
#endif
#ifndef NO_LAST_FLUSH
	if
	:: last < P -> STORE(w, FLUSH(last), 0)
	:: else
	fi;
#endif
	SFENCE(w);
#endif
	STORE(w, HALF2(GROUP(w), slot), free * 4 + SEQ_NEXT(seq));
#ifndef COMMIT_WITH_MAP
	SFENCE(w);
#endif
	STORE(w, MAP(p), free);
	STORE(w, LOCK, 0);
#ifdef COMMIT_WITH_MAP
	SFENCE(w);
#endif
	STORE(w, ACK(p), order_of[id])
}
#else
inline change_block(w, p, free, old, seq, slot, last, id)
{
	WAIT(w, free);
	store_data(w, free, id);
#ifndef NO_A
	SFENCE(w);
#endif
	take_lock(w, p, old, id);
	STORE(w, HALF1(GROUP(w), slot), p * 8 + old);
#ifndef NO_B
	SFENCE(w);
#endif
	STORE(w, HALF2(GROUP(w), slot), free * 4 + SEQ_NEXT(seq));
#ifndef NO_C
	SFENCE(w);
#endif
	STORE(w, MAP(p), free);
#ifdef UNLOCK_EARLY
	STORE(w, LOCK, 0);
#endif
#ifndef NO_D
	SFENCE(w);
#endif
#ifndef UNLOCK_EARLY
	STORE(w, LOCK, 0);
#endif
	STORE(w, ACK(p), order_of[id])
}
#endif

proctype writer(byte w) provided (!dead)
{
	byte n, p, old, id, r;
	byte spare[R], seq[R], slot[R], last[R];
#if R > 1
	byte seen;
	bool marked[R];
#endif

	d_step {
		do
		:: r < R -> spare[r] = P + GROUP(w); seq[r] = 1; slot[r] = 1; last[r] = P; r++
		:: else -> break
		od;
		r = 0
	}
	do
	:: n < N ->
		id = 1 + w * N + n;
		atomic { select_block(p); lba_of[id] = p }
		change_block(w, p, spare[r], old, seq[r], slot[r], last[r], id);
		d_step {
			last[r] = p;
			spare[r] = old;
			seq[r] = SEQ_NEXT(seq[r]);
			slot[r] = 1 - slot[r];
#if R > 1 && !defined(NO_MARK)
			marked[r] = 1;
#endif
			r = (r + 1) % R;
			n++; p = 0; old = 0; id = 0
		}
	:: else -> break
	od
}

inline check(p, lo, hi, least)
{
	assert(lo == hi);			/* not torn */
	assert(lo == 0 || lba_of[lo] == p);	/* not the block of another lba */
	assert(order_of[lo] >= least)		/* not older than the last acknowledged content */
}

#ifdef BATCH
inline scan_for_two(free0, free1)
{
	LOCKED(0);
#ifndef NO_SECOND_WAIT
	if
	:: mem[NREAD] == 0
	:: mem[NREAD] == 1 ->
		mem[SLOT] != free0 + 1 && mem[SLOT] != free1 + 1;
		mem[SLOT2] != free0 + 1 && mem[SLOT2] != free1 + 1
	fi
#else
	if
	:: mem[NREAD] == 0
	:: mem[NREAD] == 1 -> mem[SLOT] != free0 + 1; mem[SLOT2] != free0 + 1
	fi
#endif
}

#ifdef BOTH_OF_ONE_LBA
#define IS_WRITTEN(j) true
#else
#define IS_WRITTEN(j) (j == 1 || p[0] != p[1])	/* of one lba twice only the last block is written */
#endif
#define EACH(put) if :: IS_WRITTEN(0) -> put(0) :: else fi; put(1)

#define PUT_HALF1(j)  STORE(0, HALF1(j, slot[j]), p[j] * 8 + old[j])
#define FLUSH_NEW(j)  STORE(0, FLUSH(p[j]), 0)
#define FLUSH_LAST(j) if :: last[j] < P -> STORE(0, FLUSH(last[j]), 0) :: else fi
#define PUT_HALF2(j)  STORE(0, HALF2(j, slot[j]), free[j] * 4 + SEQ_NEXT(seq[j]))
#define PUT_MAP(j)    STORE(0, MAP(p[j]), free[j])
#define PUT_ACK(j)    STORE(0, ACK(p[j]), order_of[id + j])

/* lanes 0 and 1 of thread 0; contents id and id + 1 */
inline change_two()
{
	scan_for_two(free[0], free[1]);
	store_data(0, free[0], id);
	store_data(0, free[1], id + 1);
#ifndef TWO_FENCE
	SFENCE(0);
#endif
	d_step {
		LOCKED(0) && mem[LOCK] == 0 ->
		mem[LOCK] = 1;
		old[0] = mem[MAP(p[0])];
		old[1] = mem[MAP(p[1])];
		order_of[id] = orders + 1;
		order_of[id + 1] = orders + 2;
		orders = orders + 2
	}
	EACH(PUT_HALF1);
#ifdef TWO_FENCE
#ifndef BATCH_NO_TARGET_FLUSH
	EACH(FLUSH_NEW);
#endif
	EACH(FLUSH_LAST);
#endif
#ifndef BATCH_NO_AB
	SFENCE(0);
#endif
	EACH(PUT_HALF2);
#ifndef BATCH_NO_C
	SFENCE(0);
#endif
	EACH(PUT_MAP);
#ifndef TWO_FENCE
	SFENCE(0);
#endif
	STORE(0, LOCK, 0);
#ifdef BATCH_NO_C
	SFENCE(0);
#endif
	EACH(PUT_ACK)
}

proctype batcher() provided (!dead)
{
	byte n, j, id = 1;
	byte p[2], old[2], free[2], seq[2] = 1, slot[2] = 1, last[2] = P;

	d_step { free[0] = P; free[1] = P + 1 }
	do
	:: n < N ->
		id = 1 + 2 * n;
		atomic { select_block(p[0]); select_block(p[1]); lba_of[id] = p[0]; lba_of[id + 1] = p[1] }
		change_two();
		d_step {
			j = 0;
			do
			:: j < 2 ->
				if
				:: IS_WRITTEN(j) ->
					free[j] = old[j];
					seq[j] = SEQ_NEXT(seq[j]);
					slot[j] = 1 - slot[j];
					last[j] = p[j]
				:: else
				fi;
				j++
			:: else -> break
			od;
			n++; j = 0; p[0] = 0; p[1] = 0; old[0] = 0; old[1] = 0; id = 0
		}
	:: else -> break
	od
}

inline copy_and_clear(j, at)
{
	if
	:: entry[j] == again[j] ->
		lo = mem[LO(entry[j])];
		hi = mem[HI(entry[j])];
		d_step {
			check(p[j], lo, hi, least[j]);
			mem[ACK(p[j])] = (order_of[lo] > mem[ACK(p[j])] -> order_of[lo] : mem[ACK(p[j])])
		}
	:: else		/* io_read_any reads the block: the reader without BATCH */
	fi;
	STORE(READER, at, 0)
}

proctype batch_reader() provided (!dead)
{
	byte k, lo, hi;
	byte p[2], entry[2], again[2], least[2];

	do
	:: k < K ->
		atomic {
			select_block(p[0]);
			select_block(p[1]);
			least[0] = mem[ACK(p[0])];
			least[1] = mem[ACK(p[1])]
		}
		d_step { LOCKED(READER) -> mem[NREAD] = 1 }
		entry[0] = mem[MAP(p[0])];
		STORE(READER, SLOT, entry[0] + 1);
		entry[1] = mem[MAP(p[1])];
		STORE(READER, SLOT2, entry[1] + 1);
#ifndef BATCH_NO_R2
		LOCKED(READER);
#endif
		again[0] = mem[MAP(p[0])];
		copy_and_clear(0, SLOT);
		again[1] = mem[MAP(p[1])];
		copy_and_clear(1, SLOT2);
		d_step {
			k++; lo = 0; hi = 0;
			p[0] = 0; p[1] = 0; entry[0] = 0; entry[1] = 0; again[0] = 0; again[1] = 0;
			least[0] = 0; least[1] = 0
		}
	:: else -> break
	od
}
#endif

inline publish(block)
{
#ifdef NO_R2
	STORE(READER, SLOT, block + 1);
#else
	d_step { LOCKED(READER) -> mem[SLOT] = block + 1 }
#endif
}

proctype reader() provided (!dead)
{
	byte k, p, entry, again, lo, hi, least;

	do
	:: k < K ->
		atomic { select_block(p); least = mem[ACK(p)] }
		entry = mem[MAP(p)];
retry:	skip;
#ifdef ENLIST_LATE
		publish(entry);
		again = mem[MAP(p)];
		d_step { LOCKED(READER) -> mem[NREAD] = 1 }
#else
		d_step { LOCKED(READER) -> mem[NREAD] = 1 }
		publish(entry);
#ifdef NO_R3
		again = entry;
#else
		again = mem[MAP(p)];
#endif
#endif
		if
		:: again != entry -> entry = again; goto retry
		:: else
		fi;
#ifdef CLEAR_EARLY
		STORE(READER, SLOT, 0);
#endif
		lo = mem[LO(entry)];
		hi = mem[HI(entry)];
		d_step {
			check(p, lo, hi, least);
			mem[ACK(p)] = (order_of[lo] > mem[ACK(p)] -> order_of[lo] : mem[ACK(p)])
		}
#if !defined(CLEAR_EARLY) && !defined(NO_CLEAR)
		STORE(READER, SLOT, 0);
#endif
		d_step { k++; entry = 0; again = 0; lo = 0; hi = 0; least = 0; p = 0 }
	:: else -> break
	od
}

#ifdef CUT
/* the words on media after the cut: the durable value, or the value in memory */
inline lose_power()
{
	do
	:: a < NMEDIA ->
		if
		:: mem[a] != dur[a] -> mem[a] = dur[a]
		:: true
		fi;
		a++
	:: else -> break
	od;
	a = 0
}

inline recover_group(g)
{
	seq0 = mem[HALF2(g, 0)] % 4;
	seq1 = mem[HALF2(g, 1)] % 4;
	assert(seq0 != seq1);
	now = (seq0 == 0 || (seq1 != 0 && SEQ_NEXT(seq0) == seq1) -> 1 : 0);
	lba = mem[HALF1(g, now)] / 8;
	old = mem[HALF1(g, now)] % 8;
	new = mem[HALF2(g, now)] / 4;
	if
	:: old != new && mem[MAP(lba)] == old -> mem[MAP(lba)] = new
	:: else
	fi;
	used[g] = old
}

proctype power()
{
	byte a, seq0, seq1, now, lba, old, new, blocks;
	byte used[G];

	atomic {
		dead = true;
		lose_power();
		do
		:: a < G -> recover_group(a); a++
		:: else -> break
		od;
		a = 0;
		do
		:: a < G -> assert((blocks & (1 << used[a])) == 0); blocks = blocks | (1 << used[a]); a++
		:: else -> break
		od;
		a = 0;
		do
		:: a < P ->
			assert((blocks & (1 << mem[MAP(a)])) == 0);
			blocks = blocks | (1 << mem[MAP(a)]);
			check(a, mem[LO(mem[MAP(a)])], mem[HI(mem[MAP(a)])], mem[ACK(a)]);
			a++
		:: else -> break
		od
	}
}
#endif

init
{
	byte i;

	atomic {
		do
		:: i < P -> mem[MAP(i)] = i; dur[MAP(i)] = i; i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < G ->
			/* the initial group: lba without meaning, old = new = its free block, seq 1 */
			mem[HALF1(i, 0)] = P + i;
			dur[HALF1(i, 0)] = P + i;
			mem[HALF2(i, 0)] = (P + i) * 4 + 1;
			dur[HALF2(i, 0)] = (P + i) * 4 + 1;
			i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < W ->
#ifdef BATCH
			if
			:: i == 0 -> run batcher(); run buffer(0)
			:: i == 2 -> run writer(2); run buffer(2)
			:: else
			fi;
#else
			run writer(i);
			run buffer(i);
#endif
			i++
		:: else -> break
		od;
#ifdef BATCH
		run batch_reader();
#else
		run reader();
#endif
		run buffer(READER);
#ifdef CUT
		run power();
#endif
		i = 0
	}
}
