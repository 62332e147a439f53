import { createHealthMonitor, type HealthMonitor, type HealthSources } from '../bridge/health.ts';

/** Figures since the last look mean nothing where looks follow each other at once. */
const KEPT_MS = 2000;

/** The health of the daemon, for as many as look. */
export class PageHealth {
  readonly #monitor: HealthMonitor;
  #kept: { readonly at: number; readonly text: string } | undefined;

  constructor(sources: HealthSources) {
    this.#monitor = createHealthMonitor(sources);
  }

  /** JSON of `bridge/health`, at most two seconds old. */
  readonly text = (): string => {
    const now = performance.now();
    if (this.#kept === undefined || now - this.#kept.at > KEPT_MS)
      this.#kept = { at: now, text: this.#monitor.payload() };
    return this.#kept.text;
  };

  stop(): void {
    this.#monitor.stop();
  }
}
