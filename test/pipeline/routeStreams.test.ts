import { concatWith, EMPTY, map, type OperatorFunction, of, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Sample, Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Command, Label } from '../../src/domain/streamInput.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createOperator } from '../../src/pipeline/createOperator.ts';
import type { RoutedInput } from '../../src/pipeline/routedInput.ts';
import type { Replay } from '../../src/pipeline/routeOptions.ts';
import { routeStreams } from '../../src/pipeline/routeStreams.ts';
import { marbles } from '../support/marbles.ts';
import { machineFrom } from './machineFrom.ts';
import { evictionOf, idOf, ignore, reportLine, sampleOf, stepOf } from './samples.ts';

const AT = toEpochMs(5);
const bug = new Error('planted');
const asSteps: OperatorFunction<Sample, Step> = map((sample) => ({ ...sample, zoneOffset: toDurationMs(0) }));

/** Numbers the samples of its stream from 1; the value 13 is a bug. */
const counting = (): OperatorFunction<Sample, Step> =>
  createOperator((output) => {
    let count = 0;
    return {
      next({ stream, at, value }) {
        if (value === 13) throw bug;
        output.next({ stream, at, value: ++count, zoneOffset: toDurationMs(0) });
      },
    };
  });

const samples = {
  a: sampleOf('attic', 0),
  b: sampleOf('barn', 0),
  c: sampleOf('cellar', 0),
  x: sampleOf('attic', 0, 13),
};

/** Lower case: the first step of a stream's memory; upper case: the second. */
const steps = {
  a: stepOf('attic', 0, 1),
  A: stepOf('attic', 0, 2),
  b: stepOf('barn', 0, 1),
  B: stepOf('barn', 0, 2),
  c: stepOf('cellar', 0, 1),
  e: evictionOf('attic'),
  f: evictionOf('barn'),
};

const events: Record<string, DomainEvent> = {
  a: { type: 'StreamStarted', stream: idOf('attic') },
  b: { type: 'StreamStarted', stream: idOf('barn') },
  c: { type: 'StreamStarted', stream: idOf('cellar') },
  e: { type: 'StreamEvicted', stream: idOf('attic') },
  f: { type: 'StreamEvicted', stream: idOf('barn') },
  p: { type: 'PipelineFailed', topic: 'attic', error: bug },
  d: { type: 'InputDropped', reason: 'stream-failed', topic: 'attic' },
};

describe('routeStreams', () => {
  it('keeps a state for each stream and reports each start once', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-a-b-|', samples);
      const expected = '   -a-b-A-B-|';
      const reported = '   -a-b------';

      expectObservable(events$).toBe(reported, events);
      expectObservable(source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report }))).toBe(
        expected,
        steps,
      );
    });
  });

  it('evicts the least recently used stream for a new one, in order with the steps', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-a-c---b---|', samples);
      const expected = '   -a-b-A-(fc)(eb)|';
      const reported = '   -a-b---(fc)(eb)-';

      expectObservable(events$).toBe(reported, events);
      expectObservable(source.pipe(routeStreams({ maxStreams: 2, machineFor: machineFrom(counting), report }))).toBe(
        expected,
        steps,
      );
    });
  });

  it('takes a stream that is held for one that is used', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot<RoutedInput>('-a-b-h-c---|', { ...samples, h: { held: idOf('attic') } });
      const expected = '                  -a-b---(fc)|';

      expectObservable(
        source.pipe(routeStreams({ maxStreams: 2, machineFor: machineFrom(counting), report: ignore })),
      ).toBe(expected, steps);
    });
  });

  it('lets an evicted stream hand out what it holds before its eviction', () => {
    const evicted: StreamId[] = [];
    const withLastWords = (stream: StreamId): OperatorFunction<Sample, Step> => {
      return (source) => source.pipe(asSteps, concatWith(of(stepOf(stream, 99, 2))));
    };

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b----|', samples);
      const expected = '   -a-(xeb)(y|)';
      const onEvict = (stream: StreamId): undefined => void evicted.push(stream);

      expectObservable(
        source.pipe(routeStreams({ maxStreams: 1, machineFor: machineFrom(withLastWords), report: ignore, onEvict })),
      ).toBe(expected, { ...steps, x: stepOf('attic', 99, 2), y: stepOf('barn', 99, 2) });
    });

    expect(evicted).toEqual(['attic']);
  });

  it('after a failing machine: reports its one sample as lost, makes another at the next, disturbs no other stream', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-x---b-a-a-|', samples);
      const expected = '   -a-b-----B-a-A-|';
      const reported = '   -a-b-(pd)-------';

      expectObservable(events$).toBe(reported, events);
      expectObservable(source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report }))).toBe(
        expected,
        steps,
      );
    });
  });

  it('treats a pipeline that cannot be built as one that failed', () => {
    const { report, events$ } = reportLine();
    const project = (stream: StreamId): OperatorFunction<Sample, Step> => {
      if (stream === 'attic') throw bug;
      return counting();
    };

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a----b-a---|', samples);
      const expected = '   ------b-----|';
      const reported = '   -(apd)b-(pd)-';

      expectObservable(events$).toBe(reported, events);
      expectObservable(source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(project), report }))).toBe(
        expected,
        steps,
      );
    });
  });

  it('builds a pipeline anew that has ended by itself', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-a-|', samples);
      const expected = '   -a-a-|';
      const project = () => (source$: Parameters<typeof asSteps>[0]) => source$.pipe(counting(), take(1));

      expectObservable(
        source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(project), report: ignore })),
      ).toBe(expected, steps);
    });
  });

  it('passes the error of the source on and ends every pipeline with it', () => {
    let ended = 0;
    const project = (): OperatorFunction<Sample, Step> =>
      createOperator(() => ({ next: () => undefined, stop: () => void ended++ }));

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-#', samples);
      const expected = '   -----#';

      expectObservable(
        source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(project), report: ignore })),
      ).toBe(expected);
    });

    expect(ended).toBe(2);
  });

  it('never holds more pipelines than it may, whatever names come', () => {
    let alive = 0;
    let most = 0;
    const project = (): OperatorFunction<Sample, Step> =>
      createOperator(() => {
        most = Math.max(most, ++alive);
        return { next: () => undefined, stop: () => void alive-- };
      });
    const flood = Array.from({ length: 5_000 }, (_, i) => sampleOf(`flood/${i}`, i));

    of(...flood, sampleOf('__proto__', 0), sampleOf('constructor', 0))
      .pipe(routeStreams({ maxStreams: 10, machineFor: machineFrom(project), report: ignore }))
      .subscribe();

    expect(most).toBe(10);
    expect(alive).toBe(0);
  });

  describe('with states that are kept', () => {
    const inputs: Record<string, RoutedInput> = {
      ...samples,
      o: { opened: idOf('attic') },
      w: { wanted: idOf('attic') },
      u: { wanted: idOf('nobody') },
      r: { replayed: idOf('attic') },
      n: { replayed: idOf('nobody') },
      l: sampleOf('attic', 7),
    };
    const take = (): void => undefined;

    it('starts a stream that was restored before its first sample comes', () => {
      const { report, events$ } = reportLine();

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -o-a-b-|', inputs);
        const expected = '                     ---a-b-|';
        const reported = '                     -a---b--';

        expectObservable(events$).toBe(reported, events);
        expectObservable(source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report }))).toBe(
          expected,
          steps,
        );
      });
    });

    it('takes a state in its place among the steps', () => {
      const asked: unknown[] = [];
      const onCheckpoint = (stream: StreamId) => {
        asked.push(stream);
        return take;
      };

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -(awbl)-w-|', inputs);
        const expected = '                     -(acbL)-c-|';

        expectObservable(
          source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report: ignore, onCheckpoint })),
        ).toBe(expected, { ...steps, L: stepOf('attic', 7, 2), c: { checkpoint: idOf('attic'), take } });
      });

      expect(asked).toEqual(['attic', 'attic']);
    });

    it('takes no snapshot of a stream that does not exist, nor one that has no taker', () => {
      const asked: StreamId[] = [];
      const onCheckpoint = (stream: StreamId): undefined => void asked.push(stream);

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -u-w-a-w-|', inputs);
        const expected = '                     -----a---|';

        expectObservable(
          source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report: ignore, onCheckpoint })),
        ).toBe(expected, steps);
      });

      expect(asked).toEqual(['attic']);
    });

    it('hands out who takes the state of a stream that makes room', () => {
      const onEvict = (stream: StreamId) => {
        expect(stream).toBe('attic');
        return take;
      };

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -a-b----|', inputs);
        const expected = '                     -a-(tb)-|';

        expectObservable(
          source.pipe(routeStreams({ maxStreams: 1, machineFor: machineFrom(counting), report: ignore, onEvict })),
        ).toBe(expected, { ...steps, t: { evicted: idOf('attic'), take } });
      });
    });

    it('says which steps a replay has led to', () => {
      const replays: unknown[] = [];
      const onReplayed = (stream: StreamId, { last, highest }: Replay): void =>
        void replays.push([stream, last, highest]);

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -n-o-r-l-a-r-|', inputs);
        const expected = '                     -------L-M---|';

        expectObservable(
          source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report: ignore, onReplayed })),
        ).toBe(expected, { L: stepOf('attic', 7, 1), M: stepOf('attic', 0, 2) });
      });

      expect(replays).toEqual([
        ['nobody', Number.NaN, Number.NaN],
        ['attic', Number.NaN, Number.NaN],
        ['attic', 0, 7],
      ]);
    });
  });

  describe('with inputs beside the readings', () => {
    const label: Label = { kind: 'label', stream: idOf('attic'), at: AT, from: AT, to: AT, label: 'on' };
    const forget: Command = { kind: 'command', stream: idOf('attic'), at: AT, command: 'forget' };
    const drop: DomainEvent = { type: 'InputDropped', reason: 'no-such-stream', topic: 'attic' };

    it('passes a label on in its place among the steps, and refuses one for a stream that does not exist', () => {
      const { report, events$ } = reportLine();

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -l-a-l-a-|', { ...samples, l: label });
        const expected = '                     ---a-l-A-|';
        const reported = '                     -d-a------';

        expectObservable(events$).toBe(reported, { ...events, d: drop });
        expectObservable(source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report }))).toBe(
          expected,
          { ...steps, l: { instruction: label } },
        );
      });
    });

    it('forgets a stream by command: its next sample is the first of a new life', () => {
      const { report, events$ } = reportLine();

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -f-a-a-f-a-|', { ...samples, f: forget });
        const expected = '                     ---a-A-e-a-|';
        const reported = '                     -d-a---e-a--';
        const evicted: DomainEvent = { type: 'StreamEvicted', stream: idOf('attic'), wanted: 'forgotten' };

        expectObservable(events$).toBe(reported, { ...events, d: drop, e: evicted });
        expectObservable(source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report }))).toBe(
          expected,
          steps,
        );
      });
    });
  });

  it.each([
    ['renewed', { renewed: idOf('attic') }],
    ['retired', { retired: idOf('attic') }],
  ] as const)(
    'lets a stream leave that is %s, with its state, and makes it anew when it comes back',
    (wanted, leaving) => {
      const { report, events$ } = reportLine();
      const asked: StreamId[] = [];

      marbles(({ hot, expectObservable }) => {
        const source = hot<RoutedInput>(' -r-a-r-r-a-|', { ...samples, r: leaving });
        const expected = '                     ---a-e---a-|';
        const reported = '                     ---a-e---a--';
        const evicted: DomainEvent = { type: 'StreamEvicted', stream: idOf('attic'), wanted };

        expectObservable(events$).toBe(reported, { ...events, e: evicted });
        const onReconfigure = (stream: StreamId) => {
          asked.push(stream);
          return undefined;
        };
        expectObservable(
          source.pipe(routeStreams({ maxStreams: 9, machineFor: machineFrom(counting), report, onReconfigure })),
        ).toBe(expected, steps);
      });
      expect(asked).toEqual([idOf('attic')]);
    },
  );

  it('completes with an empty source', () => {
    let isComplete = false;

    EMPTY.pipe(routeStreams({ maxStreams: 1, machineFor: machineFrom(counting), report: ignore })).subscribe({
      complete: () => {
        isComplete = true;
      },
    });

    expect(isComplete).toBe(true);
  });
});
