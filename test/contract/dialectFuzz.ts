import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../src/adapters/payload/decoder.ts';
import { DROP_REASONS } from '../../src/domain/dropReason.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { ARRIVAL, inbound } from '../fixtures/decoderSetup.ts';
import { DIALECT_MESSAGES } from '../fixtures/dialectMessages.ts';

/** Messages of the test; `npm run test:fuzz` has a million. */
const MESSAGES = Number(process.env['TIDEGATE_FUZZ'] ?? 20_000);
const MOST_MS = 5;
/** Further tries of a message that took long: it may be the machine that was busy. */
const TRIES = 5;
/** Growth of the heap over the second half of the messages. */
const MOST_GROWTH_MB = 16;

const encode = (payload: string | Uint8Array): Uint8Array => Buffer.from(payload);
const PIECES = ['{', '}', '"', '[', ']', ',', ':', '9', 'e', '-', '\\', '\0', '°', '\uD83D\uDE00', '1e999', 'null'].map(
  encode,
);
const LEVELS = ['', '+', '$state', 'state', 'bridge', 'set', 'online', 'availability', 'é', 'x'.repeat(70), '0', '5'];

/** Numbers below a bound, the same ones for the same seed (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Messages as devices send them, damaged in topic and payload. */
function createDamage(seed: number): (i: number) => Inbound {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const all = DIALECT_MESSAGES.flatMap(({ topic, payload, before = [] }) => [[topic, payload] as const, ...before]);

  function payloadOf(whole: Uint8Array): Uint8Array {
    let bytes = whole;
    for (let times = random(4); times > 0; times--) {
      const at = random(bytes.length + 1);
      const middle = pick([pick(PIECES), Uint8Array.of(random(256)), bytes.subarray(random(at + 1), at)]);
      bytes = Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + random(5))]);
    }
    return bytes;
  }

  function topicOf(topic: string): string {
    const levels = topic.split('/');
    const kind = random(8);
    if (kind === 0) levels.splice(random(levels.length), random(2), pick(LEVELS));
    else if (kind === 1) levels[random(levels.length)] = `${pick(levels)}${random(1000)}`;
    else if (kind === 2) return pick(all)[0];
    return levels.join('/') || 'x';
  }

  return (i) => {
    const [topic, payload] = pick(all);
    const message = inbound(topicOf(topic), payloadOf(encode(payload)), ARRIVAL + i * 500);
    return random(10) === 0 ? { ...message, retained: true } : message;
  };
}

/** Contract of all dialects together: what is damaged costs no exception, no time and no memory, however much of it comes to one decoder. */
export function describeFuzzContract(create: (dialect: 'auto') => Decoder): void {
  describe(`${MESSAGES} damaged messages to one decoder`, () => {
    it('are read without an exception, each in 5 ms, and leave nothing behind', () => {
      setFlagsFromString('--expose_gc');
      const collect = runInNewContext('gc') as () => void;
      const heap = (): number => {
        collect();
        return process.memoryUsage().heapUsed / 2 ** 20;
      };
      const decoder = create('auto');
      const next = createDamage(Number(process.env['TIDEGATE_SEED'] ?? 1));
      const tally = { readings: 0, drops: 0, slow: 0, slowest: 0 };
      let half = 0;
      for (let i = 0; i < MESSAGES; i++) {
        if (i === MESSAGES >> 1) half = heap();
        const message = next(i);
        const took = timeOf(() => {
          const { samples, drops } = decoder.decode(message);
          tally.readings += samples.length;
          tally.drops += drops.length;
          for (const { value } of samples) if (!Number.isFinite(value)) throw new Error(`${value} of ${message.topic}`);
          for (const { reason } of drops) if (!Object.hasOwn(DROP_REASONS, reason)) throw new Error(reason);
        });
        if (took > tally.slowest) {
          const again = Array.from({ length: took > MOST_MS ? TRIES : 0 }, () => timeOf(() => decoder.decode(message)));
          tally.slowest = Math.max(tally.slowest, Math.min(took, ...again));
          tally.slow += Number(Math.min(took, ...again) > MOST_MS);
        }
      }
      const growth = heap() - half;
      if (process.env['TIDEGATE_FUZZ'] !== undefined)
        console.log({ messages: MESSAGES, ...tally, heapHalf: half, growth });
      expect(tally.slow).toBe(0);
      expect(growth).toBeLessThan(MOST_GROWTH_MB);
      expect(tally.readings).toBeGreaterThan(MESSAGES / 20);
      expect(tally.drops).toBeGreaterThan(MESSAGES / 20);
    });
  });
}

function timeOf(work: () => void): number {
  const since = performance.now();
  work();
  return performance.now() - since;
}
