/**
 * A batch: its format (u8), then entries, each a tag (u8) and what belongs to it, little-endian. The lower four bits of a tag
 * say what follows; of a sample the upper four carry its effort and whether it has further inputs. A NAME has no position:
 * it gives the next number, from 0 on, to a stream, so that a batch is whole in itself; nor has a RENUMBER, and a GAP has as many as it says.
 *
 *   NAME     u32 length, UTF-8
 *   SAMPLE   u16 stream, f64 at, f64 value [u8 n, n × f64 inputs]
 *   MESSAGE  u16 packet id, u32 checksum
 *   SESSION
 *   FORGET   u16 stream
 *   RETELL   u16 stream
 *   RETOLD   f64 original position, then as SAMPLE
 *   RENUMBER the numbers are used up: they begin anew, and the names before are gone
 *   GAP      u32 positions that nothing is said of: it was given up
 *   READING  as SAMPLE, then the origin of its time: flags (u8) [u16 ms after the arrival before | f64 arrival]
 *   REREAD   as RETOLD, then the origin
 *
 * A SAMPLE has no origin: its time is certain, or was judged before it came here (versions before 0.2 wrote no other). The
 * arrival of a READING is written where its message tells a time; else it is that time. The one before is that of the last READING in
 * the batch that has one of its own.
 */
export const BATCH_FORMAT = 1;

export const NAME = 0;
export const SAMPLE = 1;
export const MESSAGE = 2;
export const SESSION = 3;
export const FORGET = 4;
export const RETELL = 5;
export const RETOLD = 6;
export const RENUMBER = 7;
export const GAP = 8;
export const READING = 9;
export const REREAD = 10;

export const KIND_MASK = 0x0f;
export const EFFORT_SHIFT = 4;
export const EFFORT_MASK = 0x07;
export const HAS_INPUTS = 0x80;

/** Flags of an origin. */
export const IS_TOLD = 0x01;
export const IS_BACKLOG = 0x02;
/** The arrival follows as a distance from the one before; else, where a time is told, as a number. */
export const IS_NEAR = 0x04;
/** Largest such distance, ms. */
export const MOST_NEAR = 0xffff;

/** Streams are numbered in two bytes. */
export const MOST_STREAMS = 0xffff;
