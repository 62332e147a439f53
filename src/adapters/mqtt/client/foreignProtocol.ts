/** Protocols that answer on a wrong port. */
export type ForeignProtocol = 'TLS' | 'HTTP';

/** The other side has answered in another protocol, by its first bytes. */
export class ForeignProtocolError extends Error {
  readonly speaks: ForeignProtocol;

  constructor(speaks: ForeignProtocol) {
    super(`an answer in ${speaks}`);
    this.name = 'ForeignProtocolError';
    this.speaks = speaks;
  }
}

const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;

/**
 * Tells TLS (RFC 8446, 5.1: a record of type alert or handshake, version 3.x) and HTTP by the first bytes of an answer. None of
 * them is the CONNACK that a broker has to begin with (MQTT-3.2.0-1). @returns undefined where it is neither
 */
export function foreignProtocolOf(bytes: Uint8Array): ForeignProtocol | undefined {
  const [first, second] = bytes;
  if ((first === TLS_ALERT || first === TLS_HANDSHAKE) && second === TLS_MAJOR) return 'TLS';
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'HTTP/' ? 'HTTP' : undefined;
}
