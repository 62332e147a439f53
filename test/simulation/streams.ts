import type { Decode } from '../../src/domain/decode.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StepSettings, StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { everyMessage, settingsWith } from '../pipeline/samples.ts';

/** A sensor and the settings of its stream. */
export interface SimStream {
  readonly topic: string;
  readonly step: StepSettings;
  /** How many further inputs its messages have. */
  readonly inputs: number;
  /** Its readings are all the same, and timed by their arrival: only the packet id tells one message from the next. */
  readonly isTimedByArrival: boolean;
  /** It sends readings twice and late, and its clock is set forward and back. */
  readonly isDisorderly: boolean;
  /** What is lost with an excuse is no fault. */
  readonly mayForget: boolean;
  /** Nothing but what is counted as left out is missing. */
  readonly isCounted: boolean;
}

const PLAIN = {
  step: everyMessage,
  inputs: 0,
  isTimedByArrival: false,
  isDisorderly: false,
  mayForget: false,
  isCounted: false,
};
const GRID: StepSettings = { every: toDurationMs(10_000), gapAfter: toDurationMs(60_000) };

/** One of each kind; what they learn depends on every single reading. */
export const MANIFOLD: readonly SimStream[] = [
  { ...PLAIN, topic: 'a' },
  { ...PLAIN, topic: 'b', step: GRID },
  { ...PLAIN, topic: 'c', step: GRID, inputs: 2, isDisorderly: true },
  { ...PLAIN, topic: 'd', isDisorderly: true },
  { ...PLAIN, topic: 'e', inputs: 2, isDisorderly: true },
  { ...PLAIN, topic: 'f', isTimedByArrival: true },
  { ...PLAIN, topic: 'g', isTimedByArrival: true },
];

/** Streams of which readings may be missing: the others are learned as they are. */
export const forgetful = (isCounted: boolean): readonly SimStream[] =>
  MANIFOLD.map(({ topic }) => ({ ...PLAIN, topic, mayForget: true, isCounted }));

export function settingsOf({ step, inputs }: SimStream): StreamSettings {
  return { ...settingsWith(step), exogenous: inputs };
}

/** What is in a message: value, time unless it is that of the arrival, further inputs. */
export const decode: Decode = ({ topic, payload, receivedAt }) => {
  const [value, at, ...inputs] = new TextDecoder().decode(payload).split(' ').map(Number) as [number, ...number[]];
  const sample = { stream: topic as StreamId, at: at === undefined ? receivedAt : toEpochMs(at), value };
  return { samples: [inputs.length === 0 ? sample : { ...sample, inputs }], drops: [] };
};
