import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/systemClock.ts';
import type { App } from '../../src/app/appOptions.ts';
import { compose } from '../../src/app/compose.ts';
import type { Outlet } from '../../src/outlets/outlet.ts';
import type { AdjustableLog } from '../../src/telemetry/log.ts';
import { parse } from '../config/context.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';
import { rounds, seededRandom } from '../support/rounds.ts';

const TOPICS = ['s/0', 's/1', 's/2', 's/3', 's/4'];
const WILDCARD = 's/+';
const CHANGES = rounds(25, 100);
const LONGEST_MS = 120_000;

/** Values of options of an entry, each of which leaves what was learned in place. */
const OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  interval: [0.9, 0.8],
  horizons: [[1], [1, 2]],
  min_samples: [10, 20],
  anomaly: [{ threshold: 1 }, { threshold: 2 }],
  publish: [{ min_interval: '0s' }, { min_interval: '1ms' }],
  model: [
    { profile: 'tiny', kernel: 'plain', hidden: 4 },
    { profile: 'tiny', kernel: 'plain', hidden: 6 },
  ],
};

interface Entry {
  readonly topic: string;
  readonly [option: string]: unknown;
}

/** A configuration as a user changes it. `isWrong`: with a mistake in it. */
interface Wanted {
  entries: Entry[];
  keepalive: string;
  isWrong: boolean;
}

/** Readings of a topic that must have been learned, and those that may have been: they were sent while something changed. */
interface Count {
  certain: number;
  possible: number;
}

const entryOf = (topic: string): Entry => ({
  topic,
  ...Object.fromEntries(Object.entries(OPTIONS).map(([name, [first]]) => [name, first])),
});

/** One change of a user. */
function change(wanted: Wanted, random: (limit: number) => number): void {
  wanted.isWrong = false;
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const { entries } = wanted;
  switch (random(6)) {
    case 0: {
      const topic = pick([...TOPICS, WILDCARD]);
      const others = entries.filter((entry) => entry.topic !== topic);
      const isThere = others.length < entries.length;
      if (!isThere) entries.splice(random(entries.length + 1), 0, entryOf(topic));
      else if (others.length > 0) wanted.entries = others;
      return;
    }
    case 1:
      wanted.entries = [...entries].reverse();
      return;
    case 2:
      wanted.keepalive = pick(['30s', '60s']);
      return;
    case 3:
      wanted.isWrong = true;
      return;
    default: {
      const at = random(entries.length);
      const [name, values] = pick(Object.entries(OPTIONS));
      entries[at] = { ...(entries[at] as Entry), [name]: pick(values) };
    }
  }
}

const isHeard = ({ entries }: Pick<Wanted, 'entries'>, topic: string): boolean =>
  entries.some((entry) => entry.topic === topic || entry.topic === WILDCARD);

/** A daemon in this process, whose configuration is `wanted`. */
function start(
  port: number,
  folder: string,
  wanted: Wanted,
): { app: App; granted: () => number; end: () => Promise<void> } {
  let grants = 0;
  const read = () =>
    parse(
      JSON.stringify({
        mqtt: { server: `mqtt://127.0.0.1:${port}`, client_id: 'changes', qos: 1, keepalive: wanted.keepalive },
        threads: 0,
        page: { enabled: false },
        state: { dir: folder },
        streams: wanted.isWrong ? [{ topic: 's/0', nonsense: 1 }] : wanted.entries,
      }),
    );
  const grantsOf: Outlet = {
    name: 'grants',
    start: ({ eventsOf, follow }) => follow(eventsOf('FiltersGranted'), () => void grants++),
    stop: () => undefined,
  };
  const quiet = (): void => undefined;
  const log: AdjustableLog = { threshold: 'error', debug: quiet, info: quiet, warning: quiet, error: quiet };
  const configEditor = { load: () => ({ config: read(), texts: [], left: [] }), write: quiet };
  const app = compose({
    config: read(),
    configEditor,
    version: '0',
    clock: createSystemClock(),
    log,
    outlets: [grantsOf],
  });
  const stop = new AbortController();
  const running = app.run(stop.signal);
  return {
    app,
    granted: () => grants,
    async end() {
      stop.abort();
      await running;
    },
  };
}

const lastOf = (probe: Probe, topic: string): number =>
  Number(JSON.parse(probe.on(`tidegate/${topic}`).findLast((it) => it !== '') ?? '{"n":0}').n);

it.skipIf(!hasMosquitto()).each([1, 2])(
  'no reading is lost or learned twice while the configuration changes at random under load: seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'config-changes-'));
    const broker = await startMosquitto();
    const probe = await startProbe(broker.port);
    const wanted: Wanted = { entries: TOPICS.slice(0, 3).map(entryOf), keepalive: '60s', isWrong: false };
    const { app, granted, end } = start(broker.port, folder, wanted);
    await expect.poll(granted, { timeout: LONGEST_MS }).toBe(1);
    const counts = new Map<string, Count>(TOPICS.map((topic) => [topic, { certain: 0, possible: 0 }]));
    /** Grows with each change, and once more when it has come through. */
    let moment = 0;
    let heard: Pick<Wanted, 'entries'> = { entries: wanted.entries };
    let isOver = false;
    let certainRounds = 0;
    const load = (async () => {
      for (let i = 0; !isOver; i++) {
        const before = moment;
        await probe.publishAll(TOPICS.map((topic) => [topic, String(20 + Math.sin(i / 7))] as const));
        const isCertain = before === moment && before % 2 === 0;
        if (isCertain) certainRounds++;
        for (const [topic, count] of counts) {
          if (!isCertain) count.possible++;
          else if (isHeard(heard, topic)) count.certain++;
        }
        await pause(1);
      }
    })();
    for (let i = 0; i < CHANGES; i++) {
      const former = { ...wanted, entries: [...wanted.entries] };
      change(wanted, random);
      const filters = (of: readonly Entry[]): string => of.map(({ topic }) => topic).join();
      const isAsked =
        !wanted.isWrong &&
        (filters(former.entries) !== filters(wanted.entries) || former.keepalive !== wanted.keepalive);
      const before = granted();
      moment++;
      app.reload();
      if (isAsked) await expect.poll(granted, { timeout: LONGEST_MS, interval: 2 }).toBeGreaterThan(before);
      // What the broker has sent for filters of before comes within this time.
      await pause(20);
      heard = { entries: [...wanted.entries] };
      moment++;
      const soFar = certainRounds;
      await expect.poll(() => certainRounds, { timeout: LONGEST_MS, interval: 2 }).toBeGreaterThan(soFar);
      await pause(random(20));
    }
    isOver = true;
    await load;
    const before = granted();
    wanted.isWrong = false;
    wanted.entries = [...TOPICS].map(entryOf);
    app.reload();
    await pause(200);
    if (granted() === before) app.reload();
    for (const topic of TOPICS) {
      const { certain } = counts.get(topic) as Count;
      // The last reading shows the count of all of them.
      await expect
        .poll(
          async () => {
            await probe.publish(topic, '20');
            (counts.get(topic) as Count).possible++;
            return lastOf(probe, topic);
          },
          { timeout: LONGEST_MS, interval: 200 },
        )
        .toBeGreaterThan(certain);
      expect([topic, lastOf(probe, topic) <= certain + (counts.get(topic) as Count).possible]).toEqual([topic, true]);
    }
    expect([...counts.values()].reduce((sum, { certain }) => sum + certain, 0)).toBeGreaterThan(CHANGES);
    await end();
    await probe.end();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  },
);
