import type { Config } from '../../config/config.ts';
import type { HealthSources } from '../bridge/health.ts';

/** `degraded`: it does not do all of its work, for a reason that a restart does not mend. `stuck`: it makes no progress, and a restart may help. */
export type CheckStatus = 'ok' | 'degraded' | 'stuck';

/** Condition of one part. */
export interface Check {
  readonly status: CheckStatus;
  /** Cause in words, without names and addresses, since anybody may ask; undefined: all is well. */
  readonly reason?: string;
}

const PARTS = ['event_loop', 'learners', 'store', 'broker'] as const;
export type Checks = Readonly<Record<(typeof PARTS)[number], Check>>;

/** Interval at which `tick` is called, in ms. */
export const TICK_MS = 1000;
/** A tick that comes this much too late is a blocked event loop, and is told for as long as it was late at least. */
const LATE_MS = 5000;
const TOLD_FOR_MS = 30_000;
/** Longest time of a batch with a learner thread: batches are cut so that they take some tens of ms. */
const LEARNER_MS = 60_000;
/** Beyond three commits; a store that is known to fail is retried and not stuck. */
const STORE_MS = 180_000;
/** Beyond the announced wait and the time that a connection may take. */
const BROKER_MS = 60_000;
const OK: Check = { status: 'ok' };

export interface ProgressOptions {
  readonly health: HealthSources;
  readonly config: Config;
  /** ms of a clock that only runs forward. */
  readonly now: () => number;
}

/** Watches whether each part gets on with its work, not only whether it is there. */
export class Progress {
  readonly #options: ProgressOptions;
  #tickedAt: number;
  #lateMs = 0;
  #lateAt = Number.NEGATIVE_INFINITY;
  #flushes = 0;
  #flushedAt: number;
  #isConnected = false;
  /** The link may be silent until then. */
  #linkDue: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    const now = options.now();
    this.#tickedAt = now;
    this.#flushedAt = now;
    this.#linkDue = this.#linkDueIn(0);
  }

  /** To be called every `TICK_MS`. */
  tick(): void {
    const now = this.#options.now();
    const late = now - this.#tickedAt - TICK_MS;
    this.#tickedAt = now;
    if (late >= LATE_MS && (late >= this.#lateMs || now - this.#lateAt > TOLD_FOR_MS)) {
      this.#lateMs = late;
      this.#lateAt = now;
    }
    this.#watchStore(now);
  }

  /** The connection has come or gone. */
  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#linkDue = this.#linkDueIn(0);
  }

  /** An attempt to connect has failed. @param retryIn ms until the next one */
  tried(retryIn: number): void {
    this.#linkDue = this.#linkDueIn(retryIn);
  }

  checks(): Checks {
    const now = this.#options.now();
    return {
      event_loop: this.#eventLoop(now),
      learners: this.#learners(),
      store: this.#store(now),
      broker: this.#broker(now),
    };
  }

  #linkDueIn(wait: number): number {
    const { now, config } = this.#options;
    return now() + wait + config.mqtt.connectTimeout + BROKER_MS;
  }

  /** Nothing waits, or something was written: it gets on. */
  #watchStore(now: number): void {
    const state = this.#options.health.state?.();
    if (state === undefined) return;
    if (state.uncommitted > 0 && state.flushes === this.#flushes) return;
    this.#flushes = state.flushes;
    this.#flushedAt = now;
  }

  #eventLoop(now: number): Check {
    if (now - this.#lateAt > TOLD_FOR_MS) return OK;
    return { status: 'stuck', reason: `blocked for ${seconds(this.#lateMs)} s, ${seconds(now - this.#lateAt)} s ago` };
  }

  #learners(): Check {
    const silent = (this.#options.health.loads?.() ?? []).map(({ unansweredMs }) => unansweredMs);
    const longest = Math.max(0, ...silent);
    if (longest <= LEARNER_MS) return OK;
    const thread = silent.indexOf(longest) + 1;
    return { status: 'stuck', reason: `learner thread ${thread} has not answered for ${seconds(longest)} s` };
  }

  #store(now: number): Check {
    const { health, config } = this.#options;
    const state = health.state?.();
    if (state === undefined) return OK;
    if (state.degraded.includes('not-written')) return { status: 'degraded', reason: 'the disk takes nothing now' };
    const silent = now - this.#flushedAt;
    if (state.uncommitted === 0 || silent <= STORE_MS + 3 * config.state.commitInterval) return OK;
    return { status: 'stuck', reason: `nothing was written for ${seconds(silent)} s, and something waits` };
  }

  #broker(now: number): Check {
    if (this.#isConnected) return OK;
    if (now <= this.#linkDue) return { status: 'degraded', reason: 'not connected' };
    return {
      status: 'stuck',
      reason: `not connected, and not tried for ${seconds(now - this.#linkDue + BROKER_MS)} s`,
    };
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
