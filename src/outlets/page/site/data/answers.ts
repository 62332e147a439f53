// Answers that the page reads beside those of `api.ts`.

/** An alarm, from `GET api/alarms` and as a frame of events. What it says of its cause was true when it began. */
export interface AlarmAnswer {
  readonly id: string | number;
  readonly stream: string;
  readonly start: string;
  /** null: it is open. */
  readonly end: string | null;
  readonly score: number | null;
  readonly channel: string | null;
  readonly y: number | null;
  readonly yhat_lower: number | null;
  readonly yhat_upper: number | null;
  readonly known_low?: number | null;
  readonly known_high?: number | null;
  readonly verdict?: string | null;
  readonly readings?: number | null;
  readonly error_ratio?: number | null;
}

export interface AlarmsAnswer {
  readonly alarms: readonly AlarmAnswer[];
}

/** Members of `bridge/health`; those that are not there have nothing to tell. */
export type HealthAnswer = Readonly<Record<string, unknown>>;

/** A line of the daemon's log. */
export interface LogLine {
  /** Epoch ms, or ISO 8601. */
  readonly at: number | string;
  readonly level: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}
