/** Below no topic that anybody subscribes to. */
const NO_FILTER = Buffer.from('tidegate/-');
const UNSUBSCRIBE = 0xa2;

/** An UNSUBSCRIBE of a filter that we never had (MQTT 3.10). */
export function emptyUnsubscribe(packetId: number, hasProperties: boolean): Buffer {
  const head = [packetId >> 8, packetId & 0xff, ...(hasProperties ? [0] : []), 0, NO_FILTER.length];
  return Buffer.from([UNSUBSCRIBE, head.length + NO_FILTER.length, ...head, ...NO_FILTER]);
}
