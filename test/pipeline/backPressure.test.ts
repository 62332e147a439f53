import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Inbound, Sample, Step } from '../../src/domain/sample.ts';
import { StepRow } from '../../src/domain/stepRow.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { forecastPipeline } from '../../src/pipeline/forecastPipeline.ts';
import { PoisonDetector } from '../../src/state/poisonDetector.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { kept } from '../support/lent.ts';
import { machinesOf } from '../support/machines.ts';
import { rounds } from '../support/rounds.ts';
import { deliveryOf, idOf, messageOf, repeatsOf, sampleOf, settingsWith, utc } from './samples.ts';

const DAY_S = 86_400;
const CREDIT = 4096;
/** Each second of it is a step, for each of six fields. */
const SILENCE_S = 3600 * rounds(3, 20) + 100;
const RECORDS = rounds(120, 400);
const FIELDS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A host that answers when its turn comes, as one on threads does, and must never have more than it may. */
function createPatientHost(onTurn: (run: () => void) => unknown) {
  const echo = createEchoHost();
  let backlog = 0;
  let most = 0;
  const host: LearnerHost = {
    ...echo.host,
    get backlog() {
      return backlog;
    },
    push(batch) {
      const kept = batch.map((step) => StepRow.copyOf(step));
      backlog += kept.length;
      most = Math.max(most, backlog);
      onTurn(() => {
        backlog -= kept.length;
        echo.host.push(kept);
      });
    },
    async drain() {
      while (backlog > 0) await new Promise<void>((resolve) => void onTurn(resolve));
    },
  };
  return { host, batches: echo.batches, most: () => most };
}

/** Values that the streams learn of some messages, each of which is given as its samples, with `step: 1s`. */
async function learnedOf(messages: readonly (readonly Sample[])[], gapAfterS: number) {
  const source = new Subject<Inbound>();
  const events: DomainEvent[] = [];
  const last = new Map<string, Forecast>();
  const onTurn = (run: () => void) => {
    const turn = setImmediate(run);
    return () => clearImmediate(turn);
  };
  const { host, batches, most } = createPatientHost(onTurn);
  const settingsOf = () => settingsWith({ every: toDurationMs(1000), gapAfter: toDurationMs(1000 * gapAfterS) });
  const report = (event: DomainEvent): void => void (event.type !== 'ForecastIssued' && events.push(event));
  const pipeline = forecastPipeline(
    {
      decode: ({ receivedAt }) => ({ samples: messages[receivedAt] ?? [], drops: [] }),
      settingsOf,
      machineFor: machinesOf({ settingsOf, zoneOffsetOf: () => utc, report, isKept: true }).machineFor,
      host,
      report,
      onNextTurn: onTurn,
      clock: { now: () => toEpochMs(performance.now()) },
      delay: onTurn,
      durable: {
        journal: new JournalMedium().journal,
        repeats: repeatsOf(10),
        poison: new PoisonDetector({ read: () => undefined, write: () => undefined }),
        wanted$: new Subject(),
        residency: {
          note: () => true,
          restore: () => Promise.reject(new Error('nothing is away')),
          hasCome: () => undefined,
          checkpoint: () => undefined,
          leave: () => undefined,
        },
      },
    },
    {
      maxStreams: 100,
      maxBatch: CREDIT,
      maxQueue: 1000,
      maxBytes: 1e9,
      credit: CREDIT,
      overflow: 'block',
      throttle: false,
    },
  );
  const done = new Promise<void>((resolve, reject) => {
    source
      .pipe(pipeline, kept())
      .subscribe({ next: (one) => last.set(one.stream, one), error: reject, complete: resolve });
  });
  messages.forEach((_, i) => {
    source.next({ ...messageOf('s', 'x', i), receipt: deliveryOf(i + 1) });
  });
  source.complete();
  await done;
  const dropped = events.filter(({ type }) => type === 'InputDropped' || type === 'PipelineFailed');
  return { dropped, last, steps: batches.flat() as readonly Step[], most: most() };
}

describe('behind the journal', () => {
  it('a message of six fields after hours of silence loses nothing of any of them', async () => {
    const readingAt = (second: number) => FIELDS.map((field) => sampleOf(field, 1000 * second, second % 7));
    const messages = [
      ...Array.from({ length: 100 }, (_, i) => readingAt(i)),
      readingAt(SILENCE_S),
      readingAt(SILENCE_S + 1),
    ];
    const { dropped, last, steps, most } = await learnedOf(messages, DAY_S);

    expect(dropped).toEqual([]);
    expect(FIELDS.map((field) => last.get(field)?.samples)).toEqual(FIELDS.map(() => SILENCE_S + 2));
    for (const field of FIELDS) {
      const times = steps.flatMap(({ stream, at }) => (stream === field ? [at] : []));
      expect(times.every((at, i) => at === 1000 * i)).toBe(true);
    }
    expect(most).toBeLessThanOrEqual(CREDIT);
  });

  it('an array of many records ten minutes apart loses none of them', async () => {
    const records = Array.from({ length: RECORDS }, (_, i) => sampleOf('a', 600_000 * i, i));
    const { dropped, last, steps, most } = await learnedOf([records, [sampleOf('a', 600_000 * RECORDS, RECORDS)]], 60);

    expect(dropped).toEqual([]);
    // Of each ten minutes: the record, 60 s that it stands in for, and 512 missing ones; the rest is jumped over.
    expect(last.get('a')?.samples).toBe(1 + RECORDS * (60 + 512 + 1));
    expect(steps.filter(({ stream, value }) => stream === idOf('a') && value === RECORDS - 1)).toHaveLength(61);
    expect(most).toBeLessThanOrEqual(CREDIT);
  });
});
