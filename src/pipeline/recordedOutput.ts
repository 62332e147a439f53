import type { MonoTypeOperatorFunction } from 'rxjs';
import type { BorrowedForecast } from '../domain/forecast.ts';
import { hasMark, MARK } from '../domain/marks.ts';
import type { StreamId } from '../domain/streamId.ts';
import { createOperator } from './createOperator.ts';
import { StepRun } from './stepRun.ts';
import { isStep, type Work } from './work.ts';

/**
 * Keeps forecasts of recorded history from going out: they are weeks old. Of a stream whose history is learned, the first that goes out again is
 * that of its first live step.
 */
export class RecordedOutput {
  /** Time of the newest recorded step of streams that have had no forecast of a live one since. */
  readonly #until = new Map<StreamId, number>();
  readonly #mostStreams: number;

  /** @param mostStreams streams that are remembered; of more, those heard of first are forgotten, and at worst publish what is old */
  constructor(mostStreams: number) {
    this.#mostStreams = mostStreams;
  }

  /** Sees the steps on their way to the learners. */
  watch(): MonoTypeOperatorFunction<Work> {
    return createOperator<Work, Work>((output) => ({
      next: (work) => {
        this.#note(work);
        output.next(work);
      },
    }));
  }

  /** Tells if the forecast is not one of recorded history. */
  readonly isLive = ({ stream, at }: BorrowedForecast): boolean => {
    if (this.#until.size === 0) return true;
    const until = this.#until.get(stream);
    if (until === undefined) return true;
    if (at <= until) return false;
    this.#until.delete(stream);
    return true;
  };

  #note(work: Work): void {
    if (work instanceof StepRun) this.#noteStep(work.stream, work.lastAt, work.isRecorded);
    else if (isStep(work)) this.#noteStep(work.stream, work.at, hasMark(work.marks, MARK.recorded));
  }

  #noteStep(stream: StreamId, at: number, isRecorded: boolean): void {
    if (isRecorded) {
      this.#until.delete(stream);
      this.#until.set(stream, at);
      if (this.#until.size > this.#mostStreams) this.#until.delete(this.#until.keys().next().value as StreamId);
    } else if (this.#until.size > 0 && at <= (this.#until.get(stream) ?? Number.NEGATIVE_INFINITY)) {
      // Its clock was put back: what is live now lies before the history.
      this.#until.delete(stream);
    }
  }
}
