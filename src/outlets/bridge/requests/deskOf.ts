import type { Control } from '../../../domain/control.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import type { OutletContext } from '../../outlet.ts';
import { bridgeInfo } from '../bridgeInfo.ts';
import { streamList } from '../streamList.ts';
import type { Desk } from './desk.ts';

/** The pace of a command is the same whichever way it comes. */
const LAST_RUNS = new WeakMap<Control, Map<string, number>>();

/** The desk of an outlet that takes requests. @param alive the streams that are here */
export function deskOf(context: OutletContext, version: string, alive: () => Iterable<StreamId>): Desk {
  const { configNow, control, sensorOf } = context;
  const lastRuns = LAST_RUNS.get(control) ?? new Map<string, number>();
  LAST_RUNS.set(control, lastRuns);
  return {
    ...context,
    lastRuns,
    isReadOnly: () => configNow().bridge.readOnly,
    info: () => JSON.parse(bridgeInfo(configNow(), version, control.configuration.restartRequired)),
    streams: () => JSON.parse(streamList(alive(), sensorOf)),
  };
}
