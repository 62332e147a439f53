import { TidegateError } from '../../../domain/errors.ts';

type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss';

const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

/** Where the broker is. */
export interface ServerAddress {
  readonly scheme: Scheme;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Path and query, for websockets. */
  readonly path: string;
  /** For messages: never with a user or password that someone wrote into the address. */
  readonly label: string;
}

/** @throws TidegateError TG_CONFIG_INVALID */
export function parseServerAddress(server: string): ServerAddress {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const scheme = url?.protocol.slice(0, -1) as Scheme;
  if (url === undefined || url.hostname === '' || !Object.hasOwn(DEFAULT_PORTS, scheme)) {
    throw new TidegateError('TG_CONFIG_INVALID', 'mqtt.server is not mqtt://, mqtts://, ws:// or wss:// with a host');
  }
  const port = url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port);
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    path: `${url.pathname}${url.search}`,
    label: `${scheme}://${url.hostname}:${port}`,
  };
}
