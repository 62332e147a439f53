import { from, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import { MARK } from '../../src/domain/marks.ts';
import type { Step } from '../../src/domain/sample.ts';
import { RecordedOutput } from '../../src/pipeline/recordedOutput.ts';
import type { Work } from '../../src/pipeline/work.ts';
import { forecastOf, stepOf } from './samples.ts';

const recorded = (stream: string, at: number): Step => ({ ...stepOf(stream, at), marks: MARK.recorded });

function setUp(most = 10) {
  const output = new RecordedOutput(most);
  const see = (...work: Work[]): void => {
    from(work)
      .pipe(output.watch(), toArray())
      .subscribe((seen) => expect(seen).toEqual(work));
  };
  const isLive = (stream: string, at: number): boolean =>
    output.isLive(new ForecastRow().write(forecastOf(stream, at)));
  return { see, isLive };
}

it('keeps back the forecasts of recorded steps, and lets those of live ones out', () => {
  const { see, isLive } = setUp();
  see(recorded('a', 1), recorded('a', 2), stepOf('b', 1), stepOf('a', 3));
  expect([isLive('b', 1), isLive('a', 1), isLive('a', 2), isLive('a', 3), isLive('a', 4)]).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
});

it('lets out what a stream says whose clock was put back behind its history', () => {
  const { see, isLive } = setUp();
  see(recorded('a', 100), stepOf('a', 50));
  expect(isLive('a', 50)).toBe(true);
});

it('remembers as many streams as it is told', () => {
  const { see, isLive } = setUp(2);
  see(recorded('a', 1), recorded('b', 1), recorded('a', 2), recorded('c', 1));
  expect([isLive('a', 2), isLive('b', 1), isLive('c', 1)]).toEqual([false, true, false]);
});
