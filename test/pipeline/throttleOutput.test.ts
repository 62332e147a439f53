import { pipe, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { type ThrottleOutputOptions, throttleOutput } from '../../src/pipeline/throttleOutput.ts';
import { kept, lent } from '../support/lent.ts';
import { marbles } from '../support/marbles.ts';
import { countingScheduler } from './countingScheduler.ts';
import { everyMessage, forecastOf, idOf, reportLine, settingsWith } from './samples.ts';

const every5 = (): StreamSettings => settingsWith(everyMessage, 5);

/** Forecasts of one stream whose sample time is the letter's place in the alphabet; upper case: an anomaly. */
const attic = Object.fromEntries(
  [...'abcdefghijklmnopqrstuvwxyz'].flatMap((letter, i) => [
    [letter, forecastOf('attic', i + 1)],
    [letter.toUpperCase(), forecastOf('attic', i + 1, { anomaly: true })],
  ]),
);

const withheld: Record<string, DomainEvent> = { w: { type: 'ForecastWithheld', stream: idOf('attic') } };

/** A fresh operator, which is lent its forecasts, and the line of its reports. */
function throttle(more: Partial<ThrottleOutputOptions> = {}) {
  const { report, events$ } = reportLine();
  return {
    events$,
    operator: pipe(lent(), throttleOutput({ settingsOf: every5, maxStreams: 100, report, ...more }), kept()),
  };
}

describe('throttleOutput', () => {
  it('passes at most one per interval of sample time and reports those that a newer one replaced', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator, events$ } = throttle();
      const source = hot(' -a-c-e-g|', attic);
      const expected = '   -a-----g|';
      const reported = '   -----w-w-';

      expectObservable(events$).toBe(reported, withheld);
      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('goes by sample time: a backlog that arrives in one moment is thinned like the live stream', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle();
      const source = hot(' -(abcdefgk)|', attic);
      const expected = '   -(afk)-----|';

      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('lets the last of a burst follow when the interval has passed without a newer one', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator, events$ } = throttle();
      const source = hot(' -(abc)----|', attic);
      const expected = '   -a----c---|';
      const reported = '   -w---------';

      expectObservable(events$).toBe(reported, withheld);
      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('counts the interval from the one that followed', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle();
      const source = hot(' -(abc)-(gh)---|', attic);
      const expected = '   -a----ch------|';

      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('passes the start and the end of an anomaly at once', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator, events$ } = throttle();
      const source = hot(' -a-b-C-D-e-------|', attic);
      const expected = '   -a---C---e-------|';
      const reported = '   -----w---w--------';

      expectObservable(events$).toBe(reported, withheld);
      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('throttles each stream by itself and by its own interval', () => {
    const values = { a: attic.a, b: attic.b, p: forecastOf('barn', 1), q: forecastOf('barn', 2) };
    const settingsOf = (stream: string) => settingsWith(everyMessage, stream === 'barn' ? 4 : 5);

    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle({ settingsOf });
      const source = hot(' -a-p-b-q-----|', values);
      const expected = '   -a-p------bq-|';

      expectObservable(source.pipe(operator)).toBe(expected, values);
    });
  });

  it('goes by the interval as it is when a forecast comes', () => {
    marbles(({ hot, expectObservable }) => {
      let interval = 5;
      const { operator } = throttle({ settingsOf: () => settingsWith(everyMessage, interval) });
      const source = hot(' -a-b-c-d-f-------k|', attic).pipe(
        tap(({ at }) => {
          interval = at < 3 ? 5 : 1;
        }),
      );
      const expected = '   -a---c-d-f-------k|';

      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('lets what is withheld wait for the interval of its time', () => {
    marbles(({ hot, expectObservable }) => {
      let interval = 5;
      const { operator } = throttle({ settingsOf: () => settingsWith(everyMessage, interval) });
      const values = { a: attic.a, b: attic.b, p: forecastOf('barn', 1) };
      const source = hot(' -a-b-p-------|', values);
      const expected = '   -a---p--b----|';

      expectObservable(
        source.pipe(
          operator,
          tap(({ stream }) => {
            if (stream === 'barn') interval = 1000;
          }),
        ),
      ).toBe(expected, values);
    });
  });

  it('passes everything where the interval is 0', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle({ settingsOf: () => settingsWith(everyMessage, 0) });
      const source = hot(' -(abc)-d-|', attic);
      const expected = '   -(abc)-d-|';

      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('passes a time before the last one: the stream was forgotten and began anew', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle();
      const source = hot(' -z-a-b-f-|', attic);
      const expected = '   -z-a---f-|';

      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('hands out what is withheld when the source completes', () => {
    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle();
      const source = hot(' -a-b-|   ', attic);
      const expected = '   -a---(b|)';

      expectObservable(source.pipe(operator)).toBe(expected, attic);
    });
  });

  it('hands out what a stream holds when it has to make room for another', () => {
    const values = { ...attic, p: forecastOf('barn', 1) };

    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle({ maxStreams: 1 });
      const source = hot(' -a-b-p--------|', values);
      const expected = '   -a---(bp)-----|';

      expectObservable(source.pipe(operator)).toBe(expected, values);
    });
  });

  it('runs no timer while nothing is withheld', () => {
    const { scheduler, running } = countingScheduler();
    const values = { ...attic, p: forecastOf('barn', 1) };
    const timers: number[] = [];

    marbles(({ hot, expectObservable }) => {
      const { operator } = throttle({ scheduler, maxStreams: 1 });
      const source = hot(' -(ab)f-(gp)---|', values);
      const expected = '   -a---f-(gp)---|';

      expectObservable(source.pipe(operator)).toBe(expected, values);
      hot('                --z---z-z').subscribe(() => timers.push(running()));
    });

    expect(timers).toEqual([1, 0, 0]);
  });

  it('leaves no timer behind when it is left or the source fails', () => {
    const { scheduler, running } = countingScheduler();
    const timers: number[] = [];

    marbles(({ hot, expectObservable }) => {
      expectObservable(hot(' -(ab)', attic).pipe(throttle({ scheduler }).operator), '^--!').toBe('-a', attic);
      expectObservable(hot(' -(ab#)', attic).pipe(throttle({ scheduler }).operator)).toBe('   -(a#)', attic);
      hot('--z-z').subscribe(() => timers.push(running()));
    });

    expect(timers).toEqual([1, 0]);
  });
});
