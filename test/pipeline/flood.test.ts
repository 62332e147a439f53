import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE_TOPIC, createInputRig } from '../support/inputRig.ts';
import { rounds } from '../support/rounds.ts';

const PROGRAM = fileURLToPath(new URL('../support/floodProgram.mjs', import.meta.url));
const STREAMS = 200;
const TOPICS = rounds(10_000, 100_000);

describe('ten thousand new topics and more', () => {
  it('take no memory to speak of, fill no log, and leave the other streams alone', () => {
    const output = execFileSync(
      process.execPath,
      ['--expose-gc', PROGRAM, String(TOPICS), String(STREAMS), 'experts: [last_value]'],
      { encoding: 'utf8' },
    );
    const outcome = JSON.parse(output);
    expect(outcome.rssGrowthMb).toBeLessThan(20);
    expect(outcome.heapGrowthMb).toBeLessThan(5);
    expect(outcome.largest).toBe(STREAMS);
    expect(outcome.streamsEvicted).toBeGreaterThan(TOPICS);
    // Every steady stream has learned from each of its readings: none was evicted.
    expect(outcome.steady).toEqual(Array(10).fill(outcome.steadySent));
    // The same line once a minute.
    expect(outcome.logLines).toBeLessThan(2 * outcome.minutes + 10);
  });
});

describe('hostile names', () => {
  const word = fc.oneof(
    fc.constantFrom('+', '#', '..', '.', '', '%', '%2B', '$SYS', 'bridge', 'forecast', 'set', '__proto__', '<script>'),
    fc.constantFrom('\0', '\u202e', '\u200b', '\ud800', '\udfff', '\ufffe', '\x7f', '\n', BASE_TOPIC, 'constructor'),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ maxLength: 120 }),
  );
  const name = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('/'));
  /** A share of the hundred thousand that were run once. */
  const numRuns = Number(process.env['HOSTILE_NAMES'] ?? rounds(400, 1500));

  it('stay under the base topic, hold no wildcard, and differ from those of the daemon and of other streams', () => {
    const rig = createInputRig(50);
    const owners = new Map<string, string>();
    void fc.assert(
      fc.property(name, fc.boolean(), (hostile, isField) => {
        const drops = rig.events.length;
        const topic = isField ? 'plant/auto/fields' : `plant/auto/${hostile}`;
        rig.send(topic, isField ? JSON.stringify({ [hostile]: 21 }) : '21');
        const published = rig.published.splice(0);
        const source = `${isField} ${hostile}`;
        for (const { topic: out } of published) {
          expect(out.startsWith(`${BASE_TOPIC}/plant/auto/`)).toBe(true);
          expect(out).not.toMatch(/[+#]|\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}|(?:^|\/)\.\.?(?:\/|$)/u);
          expect(out.startsWith(`${BASE_TOPIC}/bridge`)).toBe(false);
          const owner = owners.get(out) ?? source;
          if (owners.size < 5000) owners.set(out, owner);
          expect(owner).toBe(source);
        }
        // Nothing vanishes: it is published, or counted.
        expect(published.length + rig.dropsSince(drops).length).toBeGreaterThan(0);
        rig.events.length = 0;
        rig.forecasts.length = 0;
        expect(rig.streams).toBeLessThanOrEqual(50);
      }),
      { numRuns },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  }, 600_000);
});
