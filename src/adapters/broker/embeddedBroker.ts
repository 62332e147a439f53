import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Aedes, AedesOptions } from 'aedes';
import { TidegateError } from '../../domain/errors.ts';
import { createRetainedLimit } from './retainedLimit.ts';

export interface EmbeddedBrokerOptions {
  /** TCP port; 0 or absent: one that is free. */
  readonly port?: number;
  readonly host?: string;
}

export interface EmbeddedBroker {
  readonly port: number;
  readonly url: string;
  /** Ends every connection and frees the port. May be called again. */
  stop(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const MAX_RETAINED_TOPICS = 10_000;
/** A client that does not read for this long is cut off, so that its backlog cannot grow. */
const DRAIN_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** An MQTT 3.1.1 broker inside this process, in memory only: for the demonstration and for tests. */
export async function startEmbeddedBroker({
  port = 0,
  host = '127.0.0.1',
}: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const broker = await createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const boundPort = await listen(server, port, host).catch((error: unknown) => {
    broker.close();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    port: boundPort,
    url: `mqtt://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    stop() {
      stopped ??= stopAll(broker, server, sockets);
      return stopped;
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'EADDRINUSE' ? 'is already in use; choose another with --port' : `cannot be used (${code})`;
    throw new TidegateError('TG_DEMO_FAILED', `port ${port} on ${host} ${why}`, { cause });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

// aedes is loaded only here: no other command pays for it.
async function createBroker(): Promise<Aedes> {
  try {
    const { Aedes } = await import('aedes');
    const broker = await Aedes.createBroker(brokerOptions());
    storeAtOnce(broker as unknown as { readonly persistence: RetainedStore });
    return broker;
  } catch (cause) {
    throw new TidegateError('TG_DEMO_FAILED', 'the embedded MQTT broker could not start', { cause });
  }
}

interface RetainedStore {
  storeRetained(packet: object): PromiseLike<void>;
}

/** Goes on in the same turn. */
const DONE: PromiseLike<void> = {
  // biome-ignore lint/suspicious/noThenProperty: aedes waits for what it is given by calling this
  then(onDone) {
    onDone?.();
    return DONE as never;
  },
};

/**
 * aedes waits for the store before it forwards a retained message, and lets those that are not retained overtake it; what was
 * overtaken then counts as a duplicate and is lost. The store is a map in this memory: there is nothing to wait for.
 */
function storeAtOnce({ persistence }: { readonly persistence: RetainedStore }): void {
  const store = persistence.storeRetained.bind(persistence);
  persistence.storeRetained = (packet) => {
    void store(packet);
    return DONE;
  };
}

function brokerOptions(): AedesOptions {
  const mayRetain = createRetainedLimit(MAX_RETAINED_TOPICS);
  return {
    drainTimeout: DRAIN_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A session that outlives its connection would queue without bound in this memory [MQTT-3.1.2-4].
    preConnect(_client, packet, callback) {
      packet.clean = true;
      callback(null, true);
    },
    authorizePublish(_client, packet, callback) {
      if (packet.topic.startsWith('$SYS/')) return callback(new Error('$SYS topics belong to the broker'));
      if (packet.retain && !mayRetain(packet.topic, packet.payload.length)) packet.retain = false;
      callback(null);
    },
  };
}

async function stopAll(broker: Aedes, server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  // A socket that never sent CONNECT is unknown to the broker.
  for (const socket of sockets) socket.destroy();
  await closed;
}
