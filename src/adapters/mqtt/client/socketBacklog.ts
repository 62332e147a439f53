/** The part of a stream that its backlog is read from. */
interface Corkable {
  readonly writableLength: number;
  readonly writableCorked: number;
  uncork(): void;
}

/**
 * Bytes that the peer has not taken yet. mqtt-packet corks the socket until the end of the turn, so a burst of publishes in
 * one turn looks like a backlog; above `limit` the socket is uncorked first, and what is left then the peer really refuses.
 */
export function socketBacklog(stream: object, limit: number): number {
  const socket = stream as Corkable;
  if (socket.writableLength > limit) {
    while (socket.writableCorked > 0) socket.uncork();
  }
  return socket.writableLength;
}
