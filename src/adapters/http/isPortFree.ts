import { createServer } from 'node:net';

/** Tells whether a TCP port of an address can be listened at now. Never rejects. */
export function isPortFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
