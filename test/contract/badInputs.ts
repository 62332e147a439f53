import type { DropReason } from '../../src/domain/dropReason.ts';
import type { InputRig } from '../support/inputRig.ts';

/**
 * Outcome of an input. `refused`: counted under its reason, nothing else. `missing`: it says that there is no reading,
 * and counts as that. `overtaken`: it waits for the next one, and is then counted as out of order. `held back`: scored
 * and published, and nothing is learned from it. `accepted`: a reading as any other.
 */
export type Reaction =
  | { readonly is: 'refused' | 'missing'; readonly as: DropReason }
  | { readonly is: 'held back' | 'overtaken' }
  | { readonly is: 'accepted'; readonly value: number };

export interface BadInput {
  readonly number: number;
  readonly what: string;
  readonly topic: string;
  readonly payload: string | Uint8Array | ((rig: InputRig) => string);
  readonly retain?: true;
  readonly reaction: Reaction;
}

const refused = (as: DropReason): Reaction => ({ is: 'refused', as });
const missing = (as: DropReason = 'missing'): Reaction => ({ is: 'missing', as });
const accepted = (value: number): Reaction => ({ is: 'accepted', value });
const heldBack: Reaction = { is: 'held back' };
const overtaken: Reaction = { is: 'overtaken' };

const PLAIN = 'plant/plain';
const JSON_FIELD = 'plant/json';
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const nested = (depth: number): string => `${'{"v":'.repeat(depth)}21${'}'.repeat(depth)}`;
const timed = (ts: (now: number) => unknown) => (rig: InputRig) => JSON.stringify({ v: 21, ts: ts(rig.now + 60_000) });

/** Number in the catalogue, what it is, topic, payload, reaction. Those of a whole series have tests of their own. */
const ROWS: readonly (readonly [number, string, string, BadInput['payload'], Reaction])[] = [
  [1, 'NaN as text', PLAIN, 'NaN', missing()],
  [2, 'NaN as a JSON string', JSON_FIELD, '{"v":"NaN"}', missing()],
  [3, 'Infinity', PLAIN, 'Infinity', missing('not-finite')],
  [3, '-Infinity in JSON', JSON_FIELD, '{"v":"-Infinity"}', missing('not-finite')],
  [4, 'a JSON number that becomes Infinity', JSON_FIELD, '{"v":1e400}', missing('not-finite')],
  [5, '1e308', PLAIN, '1e308', heldBack],
  [6, 'more than a 32-bit float holds', JSON_FIELD, '{"v":1e39}', heldBack],
  [7, 'a denormal number', PLAIN, '1e-320', accepted(0)],
  [8, 'minus zero', PLAIN, '-0', accepted(0)],
  [9, 'an empty payload', PLAIN, '', missing()],
  [10, 'a single space', PLAIN, ' ', refused('not-a-number')],
  [11, 'null', PLAIN, 'null', missing()],
  [11, 'null in JSON', JSON_FIELD, '{"v":null}', missing()],
  [12, 'true', JSON_FIELD, '{"v":true}', refused('not-a-number')],
  [13, 'an array of one number', JSON_FIELD, '{"v":[5]}', refused('not-a-number')],
  [14, 'an empty object', JSON_FIELD, '{}', missing('no-field')],
  [15, 'unavailable', PLAIN, 'unavailable', missing()],
  [15, 'unknown', JSON_FIELD, '{"v":"unknown"}', missing()],
  [15, 'offline', PLAIN, 'offline', missing()],
  [16, 'a decimal comma', PLAIN, '12,5', refused('not-a-number')],
  [17, 'a unit', PLAIN, '12.5 degC', refused('not-a-number')],
  [18, 'hex', PLAIN, '0x10', refused('not-a-number')],
  [18, 'digit separators', PLAIN, '1_000', refused('not-a-number')],
  [18, 'Arabic digits', JSON_FIELD, '{"v":"١٢"}', refused('not-a-number')],
  [19, 'an exponent', PLAIN, '2.1e1', accepted(21)],
  [20, 'invalid UTF-8', PLAIN, bytes(0xff, 0xfe, 0x35), refused('not-utf8')],
  [21, 'a byte order mark before JSON', JSON_FIELD, '\ufeff{"v":21}', accepted(21)],
  [22, 'truncated JSON', JSON_FIELD, '{"v":2', refused('not-json')],
  [23, 'JSON with junk behind it', JSON_FIELD, '{"v":21}}', refused('not-json')],
  [24, 'a key twice: the last one', JSON_FIELD, '{"v":1,"v":21}', accepted(21)],
  [25, 'nesting of 10', 'plant/deep', nested(10), accepted(21)],
  [25, 'nesting of 64', JSON_FIELD, nested(64), refused('too-deep')],
  [25, 'nesting of 30,000 within the limit of the payload', JSON_FIELD, '['.repeat(30_000), refused('too-deep')],
  [26, 'an array of a million numbers', JSON_FIELD, `[${'1,'.repeat(999_999)}1]`, refused('too-large')],
  [28, 'a number of 64 KB', PLAIN, '9'.repeat(65_536), refused('not-a-number')],
  [28, 'a text of 64 KB', JSON_FIELD, `{"v":"${'9'.repeat(65_000)}"}`, refused('not-a-number')],
  [29, 'an integer beyond 2^53', 'plant/auto/large', '{"v":9223372036854775808}', accepted(2 ** 63)],
  [31, '__proto__ as a key', JSON_FIELD, '{"__proto__":{"x":1,"v":1}}', missing('no-field')],
  [32, 'constructor.prototype', JSON_FIELD, '{"constructor":{"prototype":{"v":1}}}', missing('no-field')],
  [34, 'what slows regular expressions', PLAIN, `${'1'.repeat(1000)}!`, refused('not-a-number')],
  [34, 'the same with dots', PLAIN, `${'1.'.repeat(500)}!`, refused('not-a-number')],
  [35, 'a name with ../', 'plant/auto/../../x', '21', accepted(21)],
  [36, 'a name with NUL', 'plant/auto/a\0b', '21', refused('bad-name')],
  [36, 'a field with NUL', 'plant/auto/nul', '{"a\\u0000":21}', refused('bad-name')],
  [37, 'a field with + and #', 'plant/auto/wild', '{"+/#":21}', accepted(21)],
  [38, 'a name of 65,535 bytes', `plant/auto/${'n'.repeat(65_524)}`, '21', refused('topic-too-long')],
  [38, 'a name of 201 bytes', `plant/auto/${'n'.repeat(190)}`, '21', refused('bad-name')],
  [38, 'a field of 300 bytes', 'plant/auto/long', `{"${'f'.repeat(300)}":21}`, refused('bad-name')],
  [39, 'half a surrogate pair in a name', 'plant/auto/half', '{"x\\ud800":21}', refused('bad-name')],
  [39, 'letters that run backwards and have no width', 'plant/auto/\u202eabc\u200b', '21', accepted(21)],
  [40, 'a name of __proto__', 'plant/auto/__proto__', '21', accepted(21)],
  [40, 'fields called constructor', 'plant/auto/constructor', '{"constructor":21}', accepted(21)],
  [41, 'a name with <script>', 'plant/auto/<script>alert(1)', '21', accepted(21)],
  [43, '$SYS', '$SYS/broker/load', '21', refused('no-stream')],
  [43, '$SYS where all topics are asked for', '$SYS/anything/load', '21', refused('no-stream')],
  [44, 'our own output', 'tidegate/plant/plain', '{"y":21}', refused('own-output')],
  [44, 'our own base topic', 'tidegate', '21', refused('own-output')],
  [45, 'an empty level', 'plant/auto//b', '21', accepted(21)],
  [52, 'a time a second before the newest', JSON_FIELD, timed((now) => now - 61_000), overtaken],
  [53, 'a time a day late', JSON_FIELD, timed((now) => now - 86_400_000), overtaken],
  [54, 'seconds', JSON_FIELD, timed((now) => now / 1000), accepted(21)],
  [54, 'microseconds', JSON_FIELD, timed((now) => now * 1000), accepted(21)],
  [54, 'nanoseconds as text', JSON_FIELD, timed((now) => `${now}000000`), accepted(21)],
  [54, 'the year 1970', JSON_FIELD, timed(() => 12), accepted(21)],
  [55, 'a zone that is none', 'plant/untrusted', timed(() => '2026-03-10T12:00:00+99:99'), refused('bad-time')],
  [68, 'further fields beside the one that is read', JSON_FIELD, '{"v":21,"w":5,"x":{"y":1}}', accepted(21)],
  [68, 'an input that is absent', 'plant/among', '{"v":21,"a":1}', accepted(21)],
  [69, 'gzip', JSON_FIELD, bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), refused('not-utf8')],
  [69, 'a Sparkplug metric', JSON_FIELD, bytes(0x08, 0xc4, 0x89, 0x89, 0x83, 0xcd, 0x2e), refused('not-utf8')],
];

export const BAD_INPUTS: readonly BadInput[] = [
  ...ROWS.map(([number, what, topic, payload, reaction]) => ({ number, what, topic, payload, reaction })),
  { number: 48, what: 'a retained message', topic: PLAIN, payload: '99', retain: true, reaction: refused('retained') },
];

/** Where the others of the catalogue are tested: number, file, and a name in it. */
export const TESTED_ELSEWHERE: readonly (readonly [number, string, string])[] = [
  [27, 'test/adapters/mqtt/client/clientOptions.test.ts', 'name a longest packet for websockets only'],
  [27, 'test/e2e/faults.test.ts', 'Longer than what is read: the broker sends it all the same, and it is counted.'],
  [27, 'test/adapters/mqtt/hostileBrokers.test.ts', 'are left when a packet of theirs grows without end'],
  [33, 'test/config/wrongConfigs.test.ts', 'a path to the prototype'],
  [44, 'test/config/wrongConfigs.test.ts', 'our own output is never an input'],
  [46, 'test/pipeline/flood.test.ts', 'ten thousand new topics and more'],
  [47, 'test/hosts/threads/threadedHost.test.ts', 'lets a slow thread hold up none but its own streams'],
  [47, 'test/hosts/threads/threadedHost.test.ts', 'drops no step where it is given more than it may have'],
  [56, 'test/hosts/stream/clocks.test.ts', 'that jumps an hour ahead'],
  [56, 'test/hosts/stream/clocks.test.ts', 'of a zone with summer time goes on'],
  [57, 'test/hosts/stream/clocks.test.ts', 'that jumps an hour back'],
  [57, 'test/adapters/clock/systemClock.test.ts', 'runs on while the wall clock is set back by a little'],
  [58, 'test/hosts/stream/clocks.test.ts', 'that begins in 1970 and is then put right'],
  [59, 'test/hosts/stream/clocks.test.ts', 'after an hour of silence'],
  [59, 'test/hosts/stream/clocks.test.ts', 'after a month of silence'],
  [70, 'test/model/restoreSnapshot.test.ts', 'refuses what belongs to other settings'],
  [70, 'test/model/restoreSnapshot.test.ts', 'leaves a later format alone'],
  [71, 'test/hosts/restoredLearners.test.ts', 'though the checksum fits'],
  [72, 'test/config/wrongConfigs.test.ts', 'learning_rate: expected auto, or a number'],
];

/** Those that are a series and not a message: in `test/pipeline/badInputs.test.ts`. */
export const OF_A_SERIES: readonly number[] = [30, 42, 49, 50, 51, 60, 61, 62, 63, 64, 65, 66, 67];
