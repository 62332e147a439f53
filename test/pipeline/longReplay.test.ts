import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { forecastPipeline } from '../../src/pipeline/forecastPipeline.ts';
import { PoisonDetector } from '../../src/state/poisonDetector.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { kept } from '../support/lent.ts';
import { machinesOf } from '../support/machines.ts';
import { everyMessage, messageOf, repeatsOf, sampleOf, settingsWith, utc } from './samples.ts';

const STREAMS = 4;
const CREDIT = 512;
/** Samples of all streams together: many times as many as may wait before the learners. */
const TAIL = 30_000;

it('replays a redo log longer than any queue: loses no sample, publishes only the last one, keeps new samples behind it', async () => {
  const source = new Subject<Inbound>();
  const here = new Set<string>();
  const events: DomainEvent[] = [];
  const forecasts: Forecast[] = [];
  const { host, batches } = createEchoHost();
  const tailOf = (stream: string) => Array.from({ length: TAIL }, (_, i) => sampleOf(stream, i));
  const settingsOf = () => settingsWith(everyMessage);
  const report = (event: DomainEvent): void => void events.push(event);
  const pipeline = forecastPipeline(
    {
      decode: ({ topic, receivedAt }) => ({ samples: [sampleOf(topic, receivedAt)], drops: [] }),
      settingsOf,
      machineFor: machinesOf({ settingsOf, zoneOffsetOf: () => utc, report, isKept: true }).machineFor,
      host,
      report,
      onNextTurn(run) {
        const turn = setImmediate(run);
        return () => clearImmediate(turn);
      },
      clock: { now: () => toEpochMs(performance.now()) },
      // The looks of the queues: soon.
      delay(run) {
        const turn = setImmediate(run);
        return () => clearImmediate(turn);
      },
      durable: {
        journal: new JournalMedium().journal,
        repeats: repeatsOf(10),
        poison: new PoisonDetector({ read: () => undefined, write: () => undefined }),
        wanted$: new Subject(),
        residency: {
          note: ({ stream }) => here.has(stream),
          async restore(stream) {
            here.add(stream);
            return { outcome: 'restored', tail: tailOf(stream), firstTail: 1 };
          },
          hasCome: () => undefined,
          checkpoint: () => undefined,
          leave: () => undefined,
        },
      },
    },
    {
      maxStreams: STREAMS,
      maxBatch: 256,
      maxQueue: 1000,
      maxBytes: 1e9,
      credit: CREDIT,
      overflow: 'drop_oldest',
      throttle: false,
    },
  );
  const done = new Promise<void>((resolve, reject) => {
    source.pipe(pipeline, kept()).subscribe({ next: (one) => forecasts.push(one), error: reject, complete: resolve });
  });
  for (let i = 0; i < 10 * STREAMS; i++) source.next(messageOf(`s${i % STREAMS}`, 'x', TAIL + i));
  source.complete();
  await done;

  expect(events.filter(({ type }) => type === 'InputDropped')).toEqual([]);
  expect(batches.reduce((sum, { length }) => sum + length, 0)).toBe(STREAMS * (TAIL + 10));
  for (let k = 0; k < STREAMS; k++) {
    const ofStream = forecasts.filter(({ stream }) => stream === `s${k}`);
    expect(ofStream.map(({ at }) => at)).toEqual([
      TAIL - 1,
      ...Array.from({ length: 10 }, (_, i) => TAIL + k + i * STREAMS),
    ]);
    expect(ofStream.map(({ samples }) => samples)).toEqual(Array.from({ length: 11 }, (_, i) => TAIL + i));
  }
});
