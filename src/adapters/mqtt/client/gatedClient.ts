import type { Duplex, Writable } from 'node:stream';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { PublishGate, type PublishGateOptions } from '../inbound/publishGate.ts';

/** Makes the connection; mqtt.js pipes what comes over it into its reader. */
type BuildStream = (client: MqttClient, options?: IClientOptions) => Duplex;

/** mqtt.js calls its log about 20 times for a packet. Who sets `DEBUG` still gets it. */
const CLIENT_LOG: Pick<IClientOptions, 'log'> = process.env['DEBUG'] === undefined ? { log: () => undefined } : {};

/**
 * A client of mqtt.js, to be connected by hand (`manualConnect`), whose PUBLISH packets go to `take` instead of
 * through its parser.
 * Should a later mqtt.js make its connection elsewhere, they come as the odd ones do, through mqtt.js: slower, nothing else.
 */
export function createGatedClient(
  options: IClientOptions,
  gate: (client: MqttClient) => Omit<PublishGateOptions, 'destination' | 'version'>,
): MqttClient {
  const client = connect({ ...CLIENT_LOG, ...options });
  const maker = client as unknown as { streamBuilder?: BuildStream };
  const build = maker.streamBuilder;
  if (typeof build !== 'function') return client;
  const version = options.protocolVersion === 5 ? 5 : 4;
  maker.streamBuilder = (...args) => {
    const stream = build(...args);
    const pipe = stream.pipe.bind(stream);
    stream.pipe = <Destination extends NodeJS.WritableStream>(destination: Destination): Destination => {
      pipe(new PublishGate({ destination: destination as unknown as Writable, version, ...gate(client) }));
      return destination;
    };
    return stream;
  };
  return client;
}
