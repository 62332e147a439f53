import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import { clientOptions } from './clientOptions.ts';
import type { StrangerFate } from './earlyEnds.ts';
import { openNetworkConnection } from './networkConnection.ts';
import type { TlsFiles } from './tlsFiles.ts';

export interface StrangerTrialOptions {
  readonly settings: MqttSettings;
  readonly protocol: 4 | 5;
  readonly tls: TlsFiles;
  /** Time that the connection has to live for, without a packet of ours. */
  readonly silence: DurationMs;
  /** Longest wait for the goodbye. */
  readonly close: DurationMs;
  onEnd(fate: StrangerFate): void;
}

const NO_SESSION = { persistent: false, expiry: toDurationMs(0) };

/** Connects with a client id of its own, without session and will, and says nothing. @returns ends the trial, without `onEnd` */
export function tryStranger({ settings, protocol, tls, silence, close, onEnd }: StrangerTrialOptions): () => void {
  const stranger = { ...settings, clientId: `${settings.clientId}-check`, session: NO_SESSION };
  let timer: NodeJS.Timeout | undefined;
  let hasLived = false;
  let isOver = false;
  const connection = openNetworkConnection({
    client: clientOptions({ settings: stranger, protocol, tls, will: undefined, receiveMaximum: 1 }),
    silentKeepalives: 0,
    onUp: (up) => {
      timer = setTimeout(() => {
        hasLived = true;
        up.close(close);
      }, silence);
    },
    onMessage: () => undefined,
    onEnd: ({ wasUp }) => {
      clearTimeout(timer);
      if (!isOver) onEnd(hasLived ? 'lived' : wasUp ? 'closed' : 'refused');
    },
  });
  return () => {
    isOver = true;
    clearTimeout(timer);
    connection.cut(new Error('stopped'));
  };
}
