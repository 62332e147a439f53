import { createHealthMonitor, type HealthMonitor, type HealthSources } from '../bridge/health.ts';

/** Figures since the last look mean nothing where looks follow each other at once. */
const KEPT_MS = 2000;

/** The health of the daemon, for as many as look. */
export class PageHealth {
  readonly #monitor: HealthMonitor;
  readonly #more: () => object;
  #kept: { readonly at: number; readonly text: string } | undefined;

  /** @param more members that `bridge/health` does not have */
  constructor(sources: HealthSources, more: () => object) {
    this.#monitor = createHealthMonitor(sources);
    this.#more = more;
  }

  /** JSON of `bridge/health` and more, at most two seconds old. */
  readonly text = (): string => {
    const now = performance.now();
    if (this.#kept === undefined || now - this.#kept.at > KEPT_MS)
      this.#kept = { at: now, text: JSON.stringify({ ...JSON.parse(this.#monitor.payload()), ...this.#more() }) };
    return this.#kept.text;
  };

  stop(): void {
    this.#monitor.stop();
  }
}
