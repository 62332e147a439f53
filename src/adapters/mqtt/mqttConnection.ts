import type { Observable } from 'rxjs';
import type { Listen } from '../../domain/listen.ts';
import type { Outgoing, PublishTo } from '../../domain/outgoing.ts';
import type { RepeatDetector } from '../../domain/receipt.ts';
import type { Inbound } from '../../domain/sample.ts';
import type { Announcement } from './client/announcement.ts';
import type { ConnectionChange } from './connectionOptions.ts';

/**
 * Called where the broker had no session of ours and has begun one. No message comes over it before this resolves: the
 * subscriptions are asked for afterwards.
 */
export type OnNewSession = () => Promise<void>;

/** The link to the broker: messages in, messages out, kept up for years. */
export interface MqttConnection {
  /** Live messages of others, each once. Completes with the intake. Errors never. */
  readonly inbound$: Observable<Inbound>;
  /** Recognises what the broker sends again. */
  readonly repeats: RepeatDetector;
  /** True from the moment that the subscriptions of streams and listeners are answered and the greeting is out. Starts with false; ends with stop. */
  readonly connected$: Observable<boolean>;
  /** @throws TidegateError TG_CONFIG_UNREADABLE where a certificate file cannot be read; all else is retried. */
  start(onNewSession?: OnNewSession): void;
  /** @returns false where the message was dropped, which is reported too. */
  publish(message: Outgoing): boolean;
  /** The same with a payload that writes itself. */
  readonly publishTo: PublishTo;
  /** Over a subscription of its own; with QoS 1 in a session that outlives the connection, else with QoS 0. @throws TidegateError TG_CONFIG_INVALID for a filter that MQTT does not allow */
  readonly listen: Listen;
  /**
   * Other filters: new ones are subscribed to, those that are gone are given up, and no message of the others is lost or seen twice. Other settings of
   * the link: it is made anew, with the farewell of `farewell` where it leads elsewhere. One change after the other.
   * @returns true once the broker has answered, false where the next connection asks for it; rejects never
   */
  arrange(change: ConnectionChange, farewell?: Announcement): Promise<boolean>;
  /** Filters for which nothing has come since the start, once that has been told. */
  readonly silentFilters: readonly string[];
  /** Bytes that wait for a slow broker. */
  readonly outboundBytes: number;
  /** Nothing comes in any more; publishing goes on. */
  closeIntake(): void;
  /** Closes the intake, publishes the farewell, waits (bounded) until everything is out, and closes. Idempotent. */
  stop(options?: { readonly farewell?: Announcement }): Promise<void>;
}
