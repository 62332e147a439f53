import type { OperatorFunction } from 'rxjs';
import { type Effort, FULL_EFFORT, NO_LEARNING } from '../domain/effort.ts';
import type { Report } from '../domain/events.ts';
import { hasMark, MARK, NO_MARKS } from '../domain/marks.ts';
import type { Overflow } from '../domain/overflow.ts';
import { ownSample } from '../domain/sampleRow.ts';
import { isReading, type StreamInput } from '../domain/streamInput.ts';
import { type Clock, type Delay, toDurationMs } from '../domain/time.ts';
import { AdmissionQueue } from './admissionQueue.ts';
import { type Arrival, ownArrival } from './arrival.ts';
import { withInputs } from './bundle.ts';
import { createOperator } from './createOperator.ts';
import type { LearnRules } from './learnRules.ts';
import { COALESCING, type LoadShedder } from './loadShedder.ts';
import type { WaitingDepth } from './queueDepth.ts';

export interface AdmitOptions {
  /** Steps that wait for the learners. */
  readonly backlog: () => number;
  /** Most steps that may; beyond them messages wait here, where it can still be decided what becomes of them. */
  readonly credit: number;
  /** Messages that may wait here. */
  readonly maxQueue: number;
  /** Bytes that they may take. */
  readonly maxBytes: number;
  /** Shows what waits here. */
  readonly depth?: WaitingDepth | undefined;
  readonly overflow: Overflow;
  readonly shedder: LoadShedder;
  /** Default: every reading may be learned. */
  readonly rules?: Pick<LearnRules, 'areAny' | 'marksFor'> | undefined;
  readonly clock: Clock;
  readonly delay: Delay;
  readonly report: Report;
}

/** Polling interval while the learners are behind. */
const LOOK_MS = toDurationMs(5);
/** Polling interval while nothing waits and the level comes down. */
const CALM_LOOK_MS = toDurationMs(250);

/**
 * The front door: lets messages through for as long as the learners keep up, and decides for each sample how much is to be
 * learned from it. Everything that is thinned or left out is left out here, before the journal: what has passed is certain. What
 * passes at once is passed on as it was lent; what waits is copied.
 */
export function admit(options: AdmitOptions): OperatorFunction<Arrival, Arrival> {
  const { backlog, credit, maxQueue, maxBytes, depth, overflow, shedder, rules, clock, delay, report } = options;
  return createOperator<Arrival, Arrival>((output) => {
    const room = new AdmissionQueue({ maxLength: maxQueue, maxBytes, depth, overflow, report });
    let cancel: (() => void) | undefined;
    let isSourceComplete = false;

    function pass(arrival: Arrival): void {
      if (shedder.level === 0 && rules?.areAny !== true) output.next(arrival);
      else output.next(withInputs(arrival, (input) => thin(input, options)));
    }

    function observe(): void {
      const now = clock.now();
      const delayed = now - (room.oldest ?? now);
      if (shedder.observe(now, { fill: room.fill, delay: delayed })) tell();
    }

    function tell(): void {
      room.coalesces = shedder.level >= COALESCING;
      report({ type: 'OverloadChanged', level: shedder.level });
    }

    function work(): void {
      cancel = undefined;
      observe();
      while (!room.isEmpty && backlog() < credit) pass(room.take() as Arrival);
      if (!room.isEmpty) cancel = delay(work, LOOK_MS);
      else if (isSourceComplete) output.complete();
      else if (shedder.level > 0) cancel = delay(work, CALM_LOOK_MS);
    }

    return {
      next(arrival) {
        if (room.isEmpty && backlog() < credit) {
          pass(arrival);
          return;
        }
        // A flood may fill the queue faster than the level rises.
        if (room.isFullFor(arrival) && shedder.exhaust(clock.now())) tell();
        room.add(ownArrival(arrival));
        if (room.fill > 0.5) observe();
        if (cancel === undefined) cancel = delay(work, LOOK_MS);
      },
      complete() {
        isSourceComplete = true;
        if (room.isEmpty) output.complete();
      },
      stop: () => leaveOutAll(room, report, cancel),
    };
  });
}

/** The effort that load and rules allow, and the marks; what differs from none is written into the reading, and so into the journal. */
function thin(input: StreamInput, { shedder, rules, clock, report }: AdmitOptions): StreamInput {
  if (!isReading(input)) return input;
  const marks = rules?.areAny === true ? rules.marksFor(input) : (input.marks ?? NO_MARKS);
  const thinned = shedder.effortFor(input.stream, clock.now());
  const effort: Effort = hasMark(marks, MARK.keptOut) ? NO_LEARNING : thinned;
  if (effort === FULL_EFFORT && marks === NO_MARKS) return input;
  if (effort > FULL_EFFORT && !hasMark(marks, MARK.keptOut)) report({ type: 'LearningThinned', effort });
  return { ...ownSample(input), ...(effort > FULL_EFFORT && { effort }), ...(marks > NO_MARKS && { marks }) };
}

/**
 * The end came before the learners were ready for them. A message that is owed an acknowledgement is sent again: it is
 * not acknowledged now.
 */
function leaveOutAll(room: AdmissionQueue, report: Report, cancel: (() => void) | undefined): void {
  cancel?.();
  while (!room.isEmpty) {
    const { message, inputs } = room.take() as Arrival;
    if (message.receipt !== undefined) continue;
    for (const { stream } of inputs) report({ type: 'InputDropped', reason: 'stopped', topic: stream });
  }
}
