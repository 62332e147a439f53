import type { StreamId } from '../../../domain/streamId.ts';
import type { DurationMs, EpochMs } from '../../../domain/time.ts';
import type { FaultWindow } from './faultWindow.ts';

/** The values that a device measures at one moment, by name. */
export type Reading = Readonly<Record<string, number>>;

/** A simulated quantity. It has a memory (heat, gas, a running programme): ask in the order of time. */
export type Series = (at: EpochMs) => Reading;

/** A simulated device on MQTT. */
export interface Sensor {
  readonly name: string;
  readonly topic: string;
  /** Dotted path of the reading in the payload. */
  readonly path: string;
  /** Dotted path of the payload's time, ISO 8601 UTC in sensor time. */
  readonly timePath: string;
  readonly stream: StreamId;
  readonly unit: string;
  /** Distance of two readings in sensor time. */
  readonly periodMs: DurationMs;
  /** When its readings are wrong, and how. */
  readonly faults: readonly FaultWindow[];
  /** The message at a moment; ask once for each, in the order of time. */
  payload(at: EpochMs): string;
  /** undefined: its readings have no classes. */
  readonly labels?: SensorLabels;
}

/** Classes of a sensor's readings, and who tells them. */
interface SensorLabels {
  readonly topic: string;
  /** Options of `classify`, beside the topic. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The label message that is sent behind the reading of this moment; undefined: none. */
  due(at: EpochMs): string | undefined;
}

export interface LabelledSensor extends Sensor {
  readonly labels: SensorLabels;
}
