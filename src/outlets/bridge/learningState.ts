import { filter, merge } from 'rxjs';
import type { PauseEnd, Pauses } from '../../domain/control.ts';
import { type DurationMs, toDurationMs, toIsoTime } from '../../domain/time.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import { whileConnected } from '../whileConnected.ts';
import { bridgeTopics } from './bridgeTopics.ts';

/** A pause ends by itself: the end is told within this time. */
const LOOK: DurationMs = toDurationMs(5000);
/** Bytes of the streams with pauses of their own that are named. */
const MOST_BYTES = 200_000;

/** The topic `<base>/bridge/learning`, retained, on change: whether streams learn. */
export class LearningState implements Outlet {
  readonly name = 'learning state';
  #topic: string | undefined;

  start({ config, control, eventsOf, connected$, publish, follow }: OutletContext): void {
    const topic = bridgeTopics(config.mqtt.baseTopic).learning;
    this.#topic = topic;
    let last = '';
    follow(connected$, () => {
      // The broker may have forgotten it.
      last = '';
    });
    const asked$ = eventsOf('RequestAnswered').pipe(filter(({ command }) => command === 'learning'));
    follow(merge(connected$.pipe(filter(Boolean)), asked$, whileConnected(connected$, LOOK)), () => {
      const payload = learningState(control.learning.pauses);
      if (payload !== last && publish({ topic, payload, qos: 1, retain: true })) last = payload;
    });
  }

  mayRetain(topic: string): boolean {
    return topic === this.#topic;
  }

  stop(): void {
    // A pause outlives the process.
  }
}

/** JSON of the state. Streams with pauses of their own that it has no room for are counted. */
export function learningState({ all, streams }: Pauses): string {
  const paused: string[] = [];
  let bytes = 0;
  for (const [id, end] of streams) {
    const member = `${JSON.stringify(id)}:${JSON.stringify(textOf(end))}`;
    bytes += Buffer.byteLength(member) + 1;
    if (bytes > MOST_BYTES) break;
    paused.push(member);
  }
  const until = JSON.stringify(all === undefined ? null : textOf(all));
  const leftOff = streams.size - paused.length;
  // Written by hand: the names of streams may be `1` or `__proto__`.
  return `{"learning":${all === undefined},"until":${until},"paused":{${paused.join(',')}},"left_off":${leftOff}}`;
}

function textOf(end: PauseEnd): string | null {
  return end === null ? null : toIsoTime(end);
}
