/**
 * Says whether a retained message may be stored. New topics are refused once `maxTopics` are held;
 * an empty payload deletes what was stored [MQTT-3.3.1-10] and frees its place.
 */
export function createRetainedLimit(maxTopics: number): (topic: string, payloadBytes: number) => boolean {
  const held = new Set<string>();
  return (topic, payloadBytes) => {
    if (payloadBytes === 0) held.delete(topic);
    else if (held.has(topic)) return true;
    else if (held.size >= maxTopics) return false;
    else held.add(topic);
    return true;
  };
}
