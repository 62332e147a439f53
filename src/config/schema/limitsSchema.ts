import * as v from 'valibot';
import { LOG_LEVELS } from '../../domain/logLevel.ts';
import { OVERFLOWS } from '../../domain/overflow.ts';
import type { DurationMs } from '../../domain/time.ts';
import type { Limits, LogSettings } from '../config.ts';
import { choice } from '../scalars/choice.ts';
import { duration } from '../scalars/durations.ts';
import { integer } from '../scalars/numbers.ts';
import { size } from '../scalars/sizes.ts';
import { option } from './about.ts';

/** The share of `memory` for messages that wait is one in this many. */
const QUEUE_SHARE = 8;
const LEAST_QUEUE_BYTES = 2 ** 20;

const queueMemory = v.pipe(
  v.union([v.literal('auto'), size('1MB', '4GB')], 'expected auto, or a size from 1MB to 4GB, written like 64MB'),
  v.metadata({ kind: 'auto, or size, 1MB to 4GB' }),
);

const limits = v.strictObject({
  streams: v.pipe(
    v.optional(integer(1, 100_000), 1_000),
    option('restart', 'Streams', 'Streams in memory at once; the least recently used makes room.', 'streams'),
  ),
  queue: v.pipe(
    v.optional(integer(1, 1_000_000), 20_000),
    option(
      'restart',
      'Queue',
      'Messages that may wait for the learners. Half full, learning is thinned; full, `overflow` decides.',
      'messages',
    ),
  ),
  overflow: v.pipe(
    v.optional(choice(['auto', ...OVERFLOWS]), 'auto'),
    option(
      'restart',
      'Overflow',
      'What becomes of messages where too many wait, after learning was thinned. `coalesce`: a newer one of the same topic takes the place of the one that waits. `block`: the broker waits, where messages are acknowledged. `auto`: `block` with `mqtt.qos` 1 or 2, else `coalesce`. Each one left out is counted.',
    ),
  ),
  thin_after: v.pipe(
    v.optional(duration({ from: '10ms', to: '1h', zero: 'never' }), '500ms'),
    option(
      'restart',
      'Thin after',
      'When messages have waited longer than this for five seconds, less is learned from them, step by step, until they do not. 0: everything is always learned, and only `overflow` sheds load.',
    ),
  ),
  memory: v.pipe(
    v.optional(size('1MB', '16GB'), '256MB'),
    option(
      'restart',
      'Memory',
      'For the networks of all streams together, in equal parts for each thread (`check` prints what one stream takes). Where it is used up, new streams get no learner until another is forgotten; their samples are dropped and counted.',
    ),
  ),
  queue_memory: v.pipe(
    v.optional(queueMemory, 'auto'),
    option(
      'restart',
      'Queue memory',
      'For messages that wait: for the learners and for the journal. What is decoded of them waits, not their payloads. With `mqtt.qos` 1 the broker keeps what has no room; of the rest `overflow` decides, as for `queue`. States of streams that made room, and that wait for the medium, have as much again. `auto`: an eighth of `memory`, at least 1 MB.',
    ),
  ),
  payload: v.pipe(
    v.optional(size('16B', '16MB'), '64KB'),
    option(
      'restart',
      'Payload',
      'Longest message that is read. A longer one is counted as `too-large`, and takes no memory: over TCP and TLS whatever its size, over a websocket up to 17 MB, beyond which the broker drops it (MQTT 5).',
    ),
  ),
  topic: v.pipe(v.optional(size('16B', '65535B'), '512B'), option('restart', 'Topic', 'Longest topic that is read.')),
  depth: v.pipe(
    v.optional(integer(1, 128), 32),
    option('restart', 'Depth', 'Deepest nesting of JSON that is read.', 'levels'),
  ),
});

/** Bounds that keep the daemon small whatever is sent to it. */
export const limitsSchema: v.GenericSchema<unknown, Limits> = v.pipe(
  limits,
  v.transform(
    ({ thin_after: thinAfter, queue_memory: own, ...others }): Limits => ({
      ...others,
      thinAfter,
      queueMemory: own === 'auto' ? Math.max(LEAST_QUEUE_BYTES, Math.floor(others.memory / QUEUE_SHARE)) : own,
    }),
  ),
);

/** Level and format of the log. */
export const logSchema: v.GenericSchema<unknown, LogSettings> = v.strictObject({
  level: v.pipe(
    v.optional(choice(LOG_LEVELS), 'info'),
    option('live', 'Level', 'What is logged: this and all that is worse. The request `log_level` changes it too.'),
  ),
  format: v.pipe(
    v.optional(choice(['auto', 'pretty', 'journald', 'json']), 'auto'),
    option('restart', 'Format', '`auto`: pretty on a terminal, for the journal under systemd, else JSON lines.'),
  ),
});

export const healthSchema: v.GenericSchema<unknown, { readonly interval: DurationMs }> = v.strictObject({
  interval: v.pipe(
    v.optional(duration({ from: '1s', to: '1d' }), '60s'),
    option('restart', 'Interval', 'How often counts and load are published.'),
  ),
});
