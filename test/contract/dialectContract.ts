import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../src/adapters/payload/decoder.ts';
import type { DialectName } from '../../src/domain/dialectName.ts';
import { DROP_REASONS } from '../../src/domain/dropReason.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { decodeStreamId } from '../../src/domain/streamId.ts';
import { isRepresentable } from '../../src/domain/time.ts';
import { ARRIVAL, inbound } from '../fixtures/decoderSetup.ts';
import { DIALECT_MESSAGES, type DialectMessageFixture } from '../fixtures/dialectMessages.ts';

/** Runs of the property with damaged messages; `npm run test:fuzz` has a million. */
const DAMAGED = Number(process.env['TIDEGATE_FUZZ'] ?? 3000);
const SEED = process.env['TIDEGATE_SEED'];

/** `topic#path` of a sample, as `tidegate decode` prints it. */
export function nameOf({ stream, source }: Sample): string {
  const name = decodeStreamId(stream);
  const path = source?.path;
  return path === undefined ? name : `${name.slice(0, name.length - path.length - 1)}#${path}`;
}

/** Contract of a dialect: what it reads, by itself and recognised. @param create a decoder that reads every topic in the dialect */
export function describeDialectContract(name: DialectName, create: (dialect: 'auto' | DialectName) => Decoder): void {
  const fixtures = DIALECT_MESSAGES.filter(({ dialect }) => dialect === name);
  const readAfter = (fixture: DialectMessageFixture, decoder: Decoder) => {
    for (const [topic, payload] of fixture.before ?? []) decoder.decode(inbound(topic, payload));
    return decoder.decode(inbound(fixture.topic, fixture.payload));
  };

  describe(`dialect ${name}`, () => {
    it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
      const { samples, drops } = readAfter(fixture, create('auto'));
      const readings = samples.map((sample) => {
        const at = sample.origin?.isTold === false ? undefined : new Date(sample.at).toISOString();
        return [nameOf(sample), sample.value, at, sample.source?.about?.unit];
      });
      expect(readings).toEqual((fixture.readings ?? []).map(([stream, value, at, unit]) => [stream, value, at, unit]));
      expect(drops.map(({ reason }) => reason)).toEqual(fixture.drops ?? []);
      for (const { source } of samples) expect(source?.dialect).toBe(name);
    });

    it('reads the same where the configuration names it', () => {
      for (const fixture of fixtures.filter(
        ({ before = [], dialect }) => dialect !== 'generic' || before.length === 0,
      )) {
        const told = readAfter(fixture, create(name)).samples.map((sample) => [nameOf(sample), sample.value]);
        expect(told).toEqual((fixture.readings ?? []).map(([stream, value]) => [stream, value]));
      }
    });
  });
}

/** Contract of all dialects together: a damaged message costs at most itself. */
export function describeDamageContract(create: (dialect: 'auto' | DialectName) => Decoder): void {
  const names = new Set(DIALECT_MESSAGES.flatMap(({ readings = [] }) => readings.map(([stream]) => stream)));
  const units = new Map(
    DIALECT_MESSAGES.flatMap(({ readings = [] }) => readings.map(([stream, , , unit]) => [stream, unit] as const)),
  );

  describe('damaged messages of all dialects', () => {
    it('give readings or drops, never an exception, a unit or a sender of another', () => {
      const damage = fc.record({
        fixture: fc.constantFrom(...DIALECT_MESSAGES),
        at: fc.nat(300),
        remove: fc.nat(4),
        insert: fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.constantFrom('{', '"', '[', ',', '9').map(encode)),
        isOtherTopic: fc.boolean(),
        other: fc.constantFrom(...DIALECT_MESSAGES),
      });
      // A unit that is said on the topic of others is said of their streams: those messages have a decoder of their own.
      let [ofOwn, ofOthers] = [create('auto'), create('auto')];
      let runs = 0;
      const property = fc.property(damage, ({ fixture, at, remove, insert, isOtherTopic, other }) => {
        // What one decoder has heard grows with the runs; some of them begin anew.
        if (++runs % 1000 === 0) [ofOwn, ofOthers] = [create('auto'), create('auto')];
        const whole = encode(fixture.payload);
        const payload = Buffer.concat([whole.subarray(0, at), insert, whole.subarray(at + remove)]);
        const topic = isOtherTopic ? other.topic : fixture.topic;
        const decoder = isOtherTopic ? ofOthers : ofOwn;
        const { samples, drops } = decoder.decode(inbound(topic, payload, ARRIVAL + runs));
        for (const drop of drops) expect(drop.topic === topic && Object.hasOwn(DROP_REASONS, drop.reason)).toBe(true);
        for (const sample of samples) {
          expect(Number.isFinite(sample.value) && isRepresentable(sample.at)).toBe(true);
          const name = nameOf(sample);
          // The names that the messages say themselves may be damaged with them; a topic may not.
          if (sample.source?.dialect !== 'senml') expect(name.startsWith(senderOf(topic))).toBe(true);
          const unit = sample.source?.about?.unit;
          if (!isOtherTopic && names.has(name) && unit !== undefined && !carriesUnits(fixture))
            expect([name, unit]).toEqual([name, units.get(name)]);
        }
      });
      void fc.assert(property, { numRuns: DAMAGED, ...(SEED !== undefined && { seed: Number(SEED) }) });
    });
  });
}

/** A message that says the units itself says others when it is damaged. */
function carriesUnits({ dialect, before = [] }: DialectMessageFixture): boolean {
  return ['senml', 'sparkplug-b', 'tasmota'].includes(dialect) || before.length > 0;
}

/** Beginning of the names of all streams of a topic; of a device of Sparkplug B its group. */
function senderOf(topic: string): string {
  const levels = topic.split('/');
  return levels[0] === 'spBv1.0' ? levels.slice(0, 2).join('/') : topic;
}

function encode(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
}
