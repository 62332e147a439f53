/**
 * Layout of a journal batch: its format (u8), then entries. An entry is a tag (u8) and the fields of its kind, little-endian. The
 * lower four bits of a tag name the kind; the upper four are flags of that kind. Every entry takes the next position of the journal,
 * except NAME, RENUMBER and INPUTS, which take none, and GAP, which takes as many as it says.
 *
 *   NAME     u32 length, UTF-8: the stream of this name has the next number of the batch, counted from 0
 *   SAMPLE   u16 stream, f64 at, f64 value [u8 n, n × f64 inputs] [u8 effort, u8 marks]; flags: effort, HAS_INPUTS. Effort 7: the last two follow
 *   MESSAGE  u16 packet id, u32 checksum: a receipt key of six bytes; flag HAS_LENGTH: u8 n, n bytes in their place
 *   SESSION
 *   FORGET   u16 stream: a command `forget` whose time is not known
 *   REWRITE  u16 stream
 *   RETOLD   f64 original position, then the fields of SAMPLE
 *   RENUMBER all stream numbers are used up: numbering begins anew at 0
 *   GAP      u32 number of positions skipped because their entries were discarded
 *   READING  the fields of SAMPLE, then the origin of its time: flags (u8) [u16 ms after the arrival before | f64 arrival]
 *   REREAD   the fields of RETOLD, then the origin
 *   LABEL    u16 stream, f64 at, f64 from, f64 to, text
 *   SETTINGS u16 stream, f64 at, text
 *   COMMAND  u16 stream, f64 at, u8 command; 2 (omit): f64 first, f64 last; 3 (judge): u8 verdict, u8 channel, u8 n, n × f64; 4 (adopt)
 *   MOVED    f64 original position, then the tag and fields of a LABEL, SETTINGS, COMMAND or FORGET
 *   INPUTS   u16 stream, u8 n, n × text: names of the further inputs of this stream's readings from here to the end of the batch, or to
 *            the next INPUTS or RENUMBER. n = 0, as without INPUTS: they are not known, and the inputs go by their place
 *
 * Text is u32 length and UTF-8. A SAMPLE has no origin: its time is certain, or was judged before it came here (versions before
 * 0.2 wrote no other). The arrival of a READING is written where its message tells a time; else the arrival is that time. The
 * arrival before is that of the last READING or REREAD of the batch that has one of its own.
 *
 * Format 1 has the kinds up to REREAD. Format 2 adds those up to MOVED, and HAS_LENGTH. Format 3 adds INPUTS. Format 4 adds marks. Format 5 adds the commands 2 and 3, format 6 command 4, format 7 verdicts of 12 numbers in place of 11. A batch is written in the
 * oldest format that has all that it holds, so a version that knows no other can still read it. It has to refuse the others as
 * a whole: half a batch may be a message that is known and has no samples.
 */
export const FIRST_FORMAT = 1;
/** The first with labels, settings, commands of a known time and keys of any length. */
export const KINDS_FORMAT = 2;
/** The first with names of further inputs. */
export const NAMES_FORMAT = 3;
/** The first with marks of readings. */
export const MARKS_FORMAT = 4;
/** The first with orders to omit inputs, and verdicts. */
export const VERDICTS_FORMAT = 5;
/** The first with orders to go on with another state. */
export const ADOPTIONS_FORMAT = 6;
/** The first with verdicts on restless readings. */
export const RESTLESS_FORMAT = 7;

export const TAG = {
  name: 0,
  sample: 1,
  message: 2,
  session: 3,
  forget: 4,
  rewrite: 5,
  retold: 6,
  renumber: 7,
  gap: 8,
  reading: 9,
  reread: 10,
  label: 11,
  settings: 12,
  command: 13,
  moved: 14,
  inputs: 15,
} as const;

export const KIND_MASK = 0x0f;
export const EFFORT_SHIFT = 4;
export const EFFORT_MASK = 0x07;
/** In the place of an effort: effort and marks follow. */
export const HAS_MARKS = 7;
export const HAS_INPUTS = 0x80;
export const HAS_LENGTH = 0x80;

/** Flags of an origin. */
export const IS_TOLD = 0x01;
export const IS_BACKLOG = 0x02;
/** The arrival follows as a distance from the arrival before; else, where a time is told, as a number. */
export const IS_NEAR = 0x04;
/** Largest such distance, ms. */
export const MOST_NEAR = 0xffff;

/** Streams are numbered in two bytes. */
export const MOST_STREAMS = 0xffff;
