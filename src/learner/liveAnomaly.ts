import type { SettingsChange } from '../domain/streamInput.ts';
import type { AnomalySettings } from '../domain/streamSettings.ts';
import { SnapshotError } from '../model/snapshotFormat.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { isAnomalySettings, readLiveSettings } from './liveSettings.ts';

/** Start of their names in the state of a learner. */
export const LIVE = 'live.';

/**
 * Anomaly settings of a stream that a change told while it lives may replace. Its owner's state holds the change beside the settings that it
 * replaced: after a restart it holds on, unless the configuration says something else by then.
 */
export class LiveAnomaly implements Stateful {
  readonly #configured: AnomalySettings;
  current: AnomalySettings;

  constructor(configured: AnomalySettings) {
    this.#configured = configured;
    this.current = configured;
  }

  /** @returns false where the change cannot be read */
  take(change: SettingsChange): boolean {
    const found = readLiveSettings(change);
    if (found?.anomaly !== undefined) this.current = found.anomaly;
    return found !== undefined;
  }

  /** A state without a change has nothing of it. @throws SnapshotError `damaged` where what is restored are no such settings */
  exchange(io: StateIo): void {
    if (!(io.isRestoring ? io.has('length') : this.current !== this.#configured)) return;
    const text = exchangeText(io, JSON.stringify(this.save()));
    if (io.isRestoring) this.load(parse(text));
  }

  /** The settings that were replaced, and those in their place, as plain data; undefined where no change was told. */
  save(): readonly [AnomalySettings, AnomalySettings] | undefined {
    return this.current === this.#configured ? undefined : [this.#configured, this.current];
  }

  /** Takes over what `save` gave. @throws SnapshotError `damaged` where these are no such settings */
  load(saved: unknown): void {
    const [replaced, changed] = readPair(saved);
    if (isSame(replaced, this.#configured)) this.current = changed;
  }
}

function exchangeText(io: StateIo, text: string): string {
  const own = new TextEncoder().encode(text);
  const length = io.number('length', own.length);
  const bytes = io.isRestoring ? new Uint8Array(length) : own;
  io.array('text', bytes);
  return new TextDecoder().decode(bytes);
}

function readPair(found: unknown): readonly [AnomalySettings, AnomalySettings] {
  if (Array.isArray(found) && found.length === 2 && found.every(isAnomalySettings))
    return found as unknown as readonly [AnomalySettings, AnomalySettings];
  throw new SnapshotError('damaged', 'no settings of anomalies');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By their options, in whatever order. */
function isSame(one: AnomalySettings, other: AnomalySettings): boolean {
  return toSorted(one) === toSorted(other);
}

function toSorted(settings: AnomalySettings): string {
  return JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort()) : value,
  );
}
