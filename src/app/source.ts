import type { Observable } from 'rxjs';
import type { Config } from '../config/config.ts';
import type { Listen } from '../domain/listen.ts';
import type { Publish, PublishTo } from '../domain/outgoing.ts';
import type { RepeatDetector } from '../domain/receipt.ts';
import type { Inbound } from '../domain/sample.ts';

/**
 * A way in: messages with readings, and the link that outlets publish and listen over. Its contract is test/contract/sourceContract.ts.
 */
export interface Source {
  /** Live messages of others, each once. Completes with the intake, errors never. */
  readonly inbound$: Observable<Inbound>;
  /** Recognises messages that the other side gives again. */
  readonly repeats: RepeatDetector;
  /** True while messages come in and go out. Starts with false; completes with `stop`. */
  readonly connected$: Observable<boolean>;
  /**
   * Connects, and keeps the link up from then on. Idempotent.
   * @param onNewSession called when the other side begins a session anew; no message of it comes before that resolves
   */
  start(onNewSession?: () => Promise<void>): void;
  readonly publish: Publish;
  readonly publishTo: PublishTo;
  readonly listen: Listen;
  /**
   * Hears the topics of another configuration, over the link that it names, from now on. A link that stays loses no message of a topic that stays. Absent where a
   * source has none to change.
   */
  arrange?(config: Config): void;
  /** Filters of streams for which nothing has come since the start, once that has been told; absent where a source has none. */
  readonly silentFilters?: readonly string[];
  /** Bytes that wait for a slow receiver. */
  readonly outboundBytes: number;
  /** No message comes in any more; publishing goes on. Idempotent. */
  closeIntake(): void;
  /** Closes the intake, says goodbye and disconnects, in bounded time. Idempotent. */
  stop(): Promise<void>;
}
