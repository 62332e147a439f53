import type { DurationMs } from '../../../domain/time.ts';

/**
 * Finds out by a handshake if a port speaks TLS: many such ports close on a CONNECT without a word. Nothing is trusted and nothing is
 * sent over it.
 */
export async function speaksTls(host: string, port: number, within: DurationMs): Promise<boolean> {
  // Only a failed check needs it: a daemon without TLS has none of it in its memory.
  const { connect } = await import('node:tls');
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false });
    const finish = (isTls: boolean): void => {
      socket.destroy();
      resolve(isTls);
    };
    socket.setTimeout(within, () => finish(false));
    socket.on('secureConnect', () => finish(true));
    // An alert is TLS too: of a broker that wants a certificate, or another version.
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => finish(/ALERT/i.test(`${code} ${message}`)));
    socket.on('close', () => finish(false));
  });
}
