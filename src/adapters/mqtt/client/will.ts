import type { Announcement } from './announcement.ts';

/** The message that the broker publishes when we vanish, and how. */
export interface Will extends Announcement {
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** Retain not supported, QoS not supported (MQTT 5: 3.2.2.2). */
const NO_RETAIN = 154;
const NO_QOS = 155;

/** The will as the broker takes it. It begins retained and with QoS 1; a broker that has less refuses the whole connection over it (MQTT-3.2.2-12, MQTT-3.2.2-13). */
export class WillOffer {
  #current: Will | undefined;

  constructor(will: Announcement | undefined) {
    this.#current = will && { ...will, qos: 1, retain: true };
  }

  get current(): Will | undefined {
    return this.#current;
  }

  /**
   * The broker has refused us with this code.
   * @returns whether less is offered from now on, so that it is worth to try again at once
   */
  lessen(code: unknown): boolean {
    const will = this.#current;
    if (will === undefined || (code !== NO_RETAIN && code !== NO_QOS)) return false;
    if (code === NO_RETAIN && will.retain) this.#current = { ...will, retain: false };
    else if (code === NO_QOS && will.qos > 0) this.#current = { ...will, qos: 0 };
    else this.#current = undefined;
    return true;
  }
}

/** The words for what is lost with a will of less. */
export function describeWill(will: Will | undefined): string {
  if (will === undefined) return 'the broker takes none: nobody is told when we vanish';
  const without = [...(will.retain ? [] : ['not retained']), ...(will.qos > 0 ? [] : ['with QoS 0'])];
  const loss = will.retain ? 'it may be lost' : 'who subscribes later does not learn that we have vanished';
  return `the broker takes it only ${without.join(' and ')}: ${loss}`;
}
