import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import type { Decode } from '../../../src/domain/decode.ts';
import { parse } from '../../config/context.ts';
import { matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

/** The decoder of a run that reads everything, with the limits of the schema. */
export function decodeAll(): Decode {
  const { streams: specs, limits } = parse('mqtt: {server: mqtt://h}\nstreams: [{topic: "#"}]\n');
  const report = (): void => undefined;
  return createDecoder({
    specs,
    limits,
    zoneOffsetOf: () => UTC_PLUS_1,
    report,
    matchesFilter,
    takesRetained: true,
    maxTopics: 10_000,
  }).decode;
}
