import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import type { LinkTiming } from './linkTiming.ts';

/** End of a connection that the broker had accepted. */
export interface EarlyEnd {
  /** Another client has taken the session over: the broker says so (MQTT 5: reason code 142). */
  readonly isTakenOver: boolean;
  /** The broker closed without a word, and not while it was asked for our subscriptions. */
  readonly isUnexplained: boolean;
}

/** Fate of a silent connection with a client id of its own. */
export type StrangerFate = 'lived' | 'closed' | 'refused';

/**
 * `open`: not known, or not looked for. `ours`: the broker closes over something that we send. `silent`: it closes a connection
 * that has sent nothing, and a stranger is to be tried. `contested`: another client uses our client id, as the broker says or as a stranger
 * that was left alone shows. `everyone`: it closes a silent stranger too. `untold`: it takes no stranger in, so that it cannot be told.
 */
export type EarlyEndCause = 'open' | 'ours' | 'silent' | 'contested' | 'everyone' | 'untold';

/** Ends in a row from which on their cause is looked for. */
const ENDS_BEFORE_TRIAL = 3;

const CAUSE_BY_STRANGER = { lived: 'contested', closed: 'everyone', refused: 'untold' } as const;

/**
 * Finds out why a broker ends each connection soon. MQTT 5 has a code for a client id that another client uses, but mosquitto 2.0 and
 * every broker of MQTT 3.1.1 close without a word, as others do over a message that is too large or a topic that is not allowed. So
 * after three such ends one connection says nothing: if it lives, the broker closes over something that we send. If it is closed too, a stranger
 * says nothing: if it lives, it is our client id.
 */
export class EarlyEnds {
  readonly #timing: Pick<LinkTiming, 'silence'>;
  #takenOver = 0;
  #unexplained = 0;
  /** The connection of the moment says nothing. */
  #isTrial = false;
  #cause: EarlyEndCause = 'open';

  constructor(timing: Pick<LinkTiming, 'silence'>) {
    this.#timing = timing;
  }

  /** A connection begins. @returns the time for which it is to say nothing */
  begin(): DurationMs {
    this.#isTrial = this.#unexplained >= ENDS_BEFORE_TRIAL && this.#cause === 'open';
    return this.#isTrial ? this.#timing.silence : toDurationMs(0);
  }

  /** The silent connection has lived through its time. */
  endTrial(): void {
    this.#isTrial = false;
    this.#cause = 'ours';
  }

  /** The connection has lived for long: what was before it is over. */
  lasted(): void {
    this.#takenOver = 0;
    this.#unexplained = 0;
    this.#cause = 'open';
  }

  /** The broker was out of reach in between: it ended the connections because it ended itself. */
  unreachable(): void {
    if (this.#cause === 'open') this.#unexplained = 0;
  }

  /** @returns the cause, as far as it is known now */
  ended({ isTakenOver, isUnexplained }: EarlyEnd): EarlyEndCause {
    this.#takenOver = isTakenOver ? this.#takenOver + 1 : 0;
    this.#unexplained = isUnexplained ? this.#unexplained + 1 : 0;
    if (this.#takenOver >= ENDS_BEFORE_TRIAL) this.#cause = 'contested';
    else if (this.#isTrial && isUnexplained) this.#cause = 'silent';
    else if (!isTakenOver && !isUnexplained) this.#cause = 'open';
    this.#isTrial = false;
    return this.#cause;
  }

  strangerEnded(fate: StrangerFate): EarlyEndCause {
    this.#cause = CAUSE_BY_STRANGER[fate];
    return this.#cause;
  }
}

/** @returns undefined where there is nothing to say beyond what the end itself tells */
export function describeCause(
  cause: EarlyEndCause,
  { baseTopic }: Pick<MqttSettings, 'baseTopic'>,
): string | undefined {
  switch (cause) {
    case 'ours':
      return `the broker closes soon after our messages, and leaves a silent connection alone: check its access rules for ${baseTopic}/# and its limits, such as that of the packet size`;
    case 'everyone':
      return 'the broker closes each connection soon, even a silent one of another client id: its log may say why';
    case 'untold':
      return 'the broker closes each connection soon, even a silent one: another client may use mqtt.client_id';
    default:
      return undefined;
  }
}
