import { from, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { encodeStreamState } from '../../src/hosts/stream/streamState.ts';
import type { OnNextTurn } from '../../src/pipeline/batchPerTurn.ts';
import type { RoutedInput } from '../../src/pipeline/routedInput.ts';
import { type SampleOptions, type SamplePorts, samplePipeline } from '../../src/pipeline/samplePipeline.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { kept } from '../support/lent.ts';
import { machinesOf } from '../support/machines.ts';
import { everyMessage, idOf, ignore, sampleOf, settingsWith, utc } from './samples.ts';

/** Runs a turn at once, as a replay does. */
const atOnce = (run: () => void) => {
  run();
  return () => undefined;
};

const nextTurn: OnNextTurn = (turn) => {
  const immediate = setImmediate(turn);
  return () => clearImmediate(immediate);
};

const options: SampleOptions = { maxStreams: 100, maxBatch: 64, throttle: false };

function run(samples: readonly RoutedInput[], ports: Partial<SamplePorts> = {}, more: Partial<SampleOptions> = {}) {
  const host = createEchoHost();
  const { settingsOf = () => settingsWith(everyMessage), report = ignore } = ports;
  const { machineFor } = machinesOf({ settingsOf, zoneOffsetOf: () => utc, report });
  const pipeline = samplePipeline(
    { settingsOf, machineFor, host: host.host, report, onNextTurn: atOnce, ...ports },
    { ...options, ...more },
  );
  return { ...host, forecasts: lastValueFrom(from(samples).pipe(pipeline, kept(), toArray())) };
}

describe('samplePipeline', () => {
  it('makes a forecast of each sample in order, and reports each before it is out', async () => {
    const log: string[] = [];
    const { forecasts } = run([sampleOf('attic', 1), sampleOf('barn', 1), sampleOf('attic', 2)], {
      report: (event) => log.push('stream' in event ? `${event.type} ${event.stream}` : event.type),
    });

    expect((await forecasts).map(({ stream, at }) => stream + at)).toEqual(['attic1', 'barn1', 'attic2']);
    expect(log).toEqual([
      'StreamStarted attic',
      'ForecastIssued',
      'StreamStarted barn',
      'ForecastIssued',
      'ForecastIssued',
    ]);
  });

  it('tells who watches the time of each forecast, also of one that is withheld then', async () => {
    const issued: string[] = [];
    const latency = { arrived: () => undefined, issued: (stream: string) => void issued.push(stream) };
    const { forecasts } = run([sampleOf('attic', 1), sampleOf('barn', 1), sampleOf('attic', 2)], { latency });
    await forecasts;
    expect(issued).toEqual(['attic', 'barn', 'attic']);
  });

  it('orders and resamples each stream by its own settings', async () => {
    const settingsOf = (stream: string): StreamSettings =>
      settingsWith(stream === 'attic' ? { every: toDurationMs(1_000), gapAfter: toDurationMs(1_000) } : everyMessage);

    const { forecasts } = run(
      [
        sampleOf('attic', 1_000, 20),
        sampleOf('barn', 1_500, 7),
        sampleOf('barn', 1_400, 8),
        sampleOf('attic', 4_000, 21),
      ],
      { settingsOf },
    );

    expect((await forecasts).map(({ stream, at, value }) => [stream, at, value])).toEqual([
      ['attic', 1_000, 20],
      ['barn', 1_500, 7],
      ['attic', 2_000, 20],
      ['attic', 3_000, null],
      ['attic', 4_000, 21],
    ]);
  });

  it('has the host forget an evicted stream between the steps of its two lives', async () => {
    const { forecasts, evicted } = run(
      [sampleOf('attic', 1), sampleOf('attic', 2), sampleOf('barn', 1), sampleOf('attic', 1)],
      { onNextTurn: nextTurn },
      { maxStreams: 1 },
    );

    expect((await forecasts).map(({ stream, samples }) => [stream, samples])).toEqual([
      ['attic', 1],
      ['attic', 2],
      ['barn', 1],
      ['attic', 1],
    ]);
    expect(evicted).toEqual(['attic', 'barn']);
  });

  it('thins the output only where it is asked to', async () => {
    const samples = [sampleOf('attic', 1), sampleOf('attic', 2), sampleOf('attic', 3)];
    const settingsOf = () => settingsWith(everyMessage, 60_000);
    const events: DomainEvent[] = [];

    const all = await run(samples, { settingsOf }).forecasts;
    const thinned = await run(samples, { settingsOf, report: (event) => events.push(event) }, { throttle: true })
      .forecasts;

    expect(all.map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(thinned.map(({ at }) => at)).toEqual([1, 3]);
    expect(events.filter(({ type }) => type === 'ForecastIssued')).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'ForecastWithheld')).toHaveLength(1);
  });

  it('hands out only what is new, and shows what waits', async () => {
    const log: string[] = [];
    const depth = { waiting: 0 };
    const shown: number[] = [];
    const { forecasts } = run([sampleOf('attic', 1), sampleOf('attic', 2), sampleOf('attic', 3)], {
      isNew: ({ at }) => at > 2,
      depth,
      onNextTurn: nextTurn,
      report(event) {
        shown.push(depth.waiting);
        log.push(event.type);
      },
    });

    expect((await forecasts).map(({ at }) => at)).toEqual([3]);
    // What is not new was issued in a life before.
    expect(log.filter((line) => line === 'ForecastIssued')).toHaveLength(1);
    expect([Math.max(...shown), depth.waiting]).toEqual([3, 0]);
  });

  it('snapshots a restored stream, and one that is evicted', async () => {
    const asked: unknown[] = [];
    const machines = machinesOf({
      settingsOf: () => settingsWith(everyMessage),
      zoneOffsetOf: () => utc,
      report: ignore,
    });
    const cursor = { at: 5, value: 1, inputs: [], times: [] };
    await machines.restore(idOf('attic'), encodeStreamState({ cursor, learner: new Uint8Array(0) }));
    const { forecasts, batches } = run(
      [
        { opened: idOf('attic') },
        sampleOf('attic', 4),
        sampleOf('attic', 6),
        { wanted: idOf('attic') },
        sampleOf('barn', 1),
      ],
      {
        machineFor: machines.machineFor,
        ofStreams: {
          onCheckpoint: (stream) => void asked.push(['checkpoint', stream]),
          onEvict: (stream) => void asked.push(['leaves', stream]),
        },
      },
      { maxStreams: 1 },
    );

    // The sample of 4 is older than the newest of the life before.
    expect((await forecasts).map(({ stream, at }) => stream + at)).toEqual(['attic6', 'barn1']);
    expect(asked).toEqual([
      ['checkpoint', 'attic'],
      ['leaves', 'attic'],
    ]);
    expect(batches.flat().map(({ stream }) => stream)).toEqual(['attic', 'barn']);
  });

  it('keeps two subscriptions apart', async () => {
    const { host } = createEchoHost();
    const settingsOf = () => settingsWith(everyMessage);
    const pipeline = samplePipeline(
      {
        settingsOf,
        machineFor: machinesOf({ settingsOf, zoneOffsetOf: () => utc, report: ignore }).machineFor,
        host,
        report: ignore,
        onNextTurn: atOnce,
      },
      options,
    );

    const first = await lastValueFrom(of(sampleOf('attic', 5)).pipe(pipeline, kept(), toArray()));
    const second = await lastValueFrom(of(sampleOf('attic', 4)).pipe(pipeline, kept(), toArray()));

    expect([first.length, second.length]).toEqual([1, 1]);
  });
});
