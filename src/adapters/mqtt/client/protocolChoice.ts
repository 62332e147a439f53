import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { CONNACK_TIMEOUT, describeFault } from './fault.ts';

/** Hint about the MQTT version that an attempt without success gives. */
export type VersionHint = 'version-refused' | 'closed-unanswered' | 'timed-out' | 'other';

/** Which MQTT version the next attempt uses, and what was learned about the broker. */
export interface ProtocolChoice {
  readonly current: 4 | 5;
  /** The broker took us in. @returns whether this settles a fall-back, told once. */
  confirm(): boolean;
  /** The attempt failed. @returns whether to try again at once, with the other version. */
  reject(hint: VersionHint): boolean;
}

/**
 * Old brokers may hang up on a MQTT 5 CONNECT without an answer; so do those that are just starting, hence not after one. Others
 * read on and never answer (amqtt): to wait for that again would cost the whole time-out.
 */
const UNANSWERED_BEFORE_TRIAL = 3;

/** The hint of an attempt that ended with this error; undefined: closed without a word. */
export function versionHint(error: unknown, settings: MqttSettings): VersionHint {
  if (error === undefined) return 'closed-unanswered';
  if ((error as { message?: unknown }).message === CONNACK_TIMEOUT) return 'timed-out';
  return describeFault(error, settings).kind === 'version' ? 'version-refused' : 'other';
}

export function createProtocolChoice(protocol: MqttSettings['protocol']): ProtocolChoice {
  let current: 4 | 5 = protocol === 4 ? 4 : 5;
  let settled = protocol !== 'auto';
  let unanswered = 0;
  return {
    get current() {
      return current;
    },
    confirm() {
      unanswered = 0;
      if (settled || current === 5) return false;
      settled = true;
      return true;
    },
    reject(hint) {
      if (settled) return false;
      if (current === 4) {
        // A trial that came to nothing; back to 5, and only after the usual wait, so that the two never chase each other.
        current = 5;
        unanswered = 0;
        return false;
      }
      unanswered = hint === 'closed-unanswered' ? unanswered + 1 : 0;
      const isTelling = hint === 'version-refused' || hint === 'timed-out';
      if (!isTelling && unanswered < UNANSWERED_BEFORE_TRIAL) return false;
      current = 4;
      return true;
    },
  };
}
