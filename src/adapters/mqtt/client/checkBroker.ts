import type { IConnackPacket } from 'mqtt';
import { TidegateError } from '../../../domain/errors.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { toDurationMs } from '../../../domain/time.ts';
import { type BrokerOffer, brokerOffer } from './brokerOffer.ts';
import { clientOptions } from './clientOptions.ts';
import { describeFault } from './fault.ts';
import { ForeignProtocolError } from './foreignProtocol.ts';
import { LINK_TIMING } from './linkTiming.ts';
import { type ConnectionEnd, openNetworkConnection } from './networkConnection.ts';
import { versionHint } from './protocolChoice.ts';
import { parseServerAddress } from './serverAddress.ts';
import { readTlsFiles } from './tlsFiles.ts';
import { speaksTls } from './tlsTrial.ts';
import { type Will, WillOffer } from './will.ts';

export interface BrokerCheck {
  readonly server: string;
  readonly protocol: 4 | 5;
  /** MQTT 5. */
  readonly offer: BrokerOffer | undefined;
  /** The last will as the broker takes it; undefined: it takes none. */
  readonly will: Will | undefined;
}

interface Visit {
  readonly end: ConnectionEnd;
  readonly connack: IConnackPacket | undefined;
}

/** Longest wait for a handshake. */
const TLS_TRIAL = toDurationMs(3000);
const NO_SESSION = { persistent: false, expiry: toDurationMs(0) };

/**
 * Connects once, as the daemon would, and leaves again. The client id is another: the daemon's own would throw a running daemon out.
 * The will has the daemon's flags and another topic: should the link break in that moment, it does not say that the daemon is gone.
 * A session that outlives the connection is asked for where the settings want one, and ended again.
 * @throws TidegateError TG_BROKER_UNREACHABLE, TG_BROKER_REFUSED, TG_CONFIG_UNREADABLE, TG_CONFIG_INVALID
 */
export async function checkBroker(settings: MqttSettings): Promise<BrokerCheck> {
  const { label } = parseServerAddress(settings.server);
  const protocols: readonly (4 | 5)[] = settings.protocol === 'auto' ? [5, 4] : [settings.protocol];
  let first: ConnectionEnd | undefined;
  for (const protocol of protocols) {
    const will = new WillOffer({ topic: `${settings.baseTopic}/doctor/will`, payload: '{"state":"offline"}' });
    const { end, connack } = await visitWithWill(settings, protocol, will);
    if (end.wasUp) {
      if (settings.session.persistent) await visit({ ...settings, session: NO_SESSION }, protocol, undefined);
      const offer = protocol === 5 ? brokerOffer(connack?.properties) : undefined;
      return { server: label, protocol, offer, will: will.current };
    }
    first ??= end;
    // Only a broker that dislikes the version, hangs up on it or never answers is worth the second try.
    if (versionHint(end.error, settings) === 'other') throw await fail(end.error, settings);
  }
  throw await fail(first?.error, settings);
}

/** Offers less of a will as long as the broker refuses us over it. */
async function visitWithWill(settings: MqttSettings, protocol: 4 | 5, will: WillOffer): Promise<Visit> {
  for (;;) {
    const found = await visit(settings, protocol, will.current);
    if (found.end.wasUp || !will.lessen((found.end.error as { code?: unknown } | undefined)?.code)) return found;
  }
}

function visit(settings: MqttSettings, protocol: 4 | 5, will: Will | undefined): Promise<Visit> {
  const visitor = { ...settings, clientId: `${settings.clientId}-check` };
  const tls = readTlsFiles(settings);
  const client = clientOptions({ settings: visitor, protocol, tls, will, receiveMaximum: 1 });
  let connack: IConnackPacket | undefined;
  return new Promise((resolve) => {
    openNetworkConnection({
      client,
      silentKeepalives: 0,
      onUp: (session, answer) => {
        connack = answer;
        session.close(LINK_TIMING.close);
      },
      onMessage: ignoreMessage,
      onEnd: (end) => resolve({ end, connack }),
    });
  });
}

/** We have subscribed to nothing. */
function ignoreMessage(): undefined {
  return undefined;
}

async function fail(cause: unknown, settings: MqttSettings): Promise<TidegateError> {
  const { label, scheme, host, port } = parseServerAddress(settings.server);
  const isMute = cause === undefined || (cause as { code?: unknown }).code === 'ECONNRESET';
  const isTls = isMute && scheme === 'mqtt' && (await speaksTls(host, port, TLS_TRIAL));
  const { kind, reason } = describeFault(isTls ? new ForeignProtocolError('TLS') : cause, settings);
  const code = kind === 'refused' ? 'TG_BROKER_REFUSED' : 'TG_BROKER_UNREACHABLE';
  return new TidegateError(code, `${label}: ${reason}`, { cause });
}
