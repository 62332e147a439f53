import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import { completeAbout } from '../../../../src/domain/deviceClass.ts';
import { decodeStreamId } from '../../../../src/domain/streamId.ts';
import { nameOf } from '../../../contract/dialectContract.ts';
import { BLUETOOTH } from '../../../fixtures/clients/bluetooth.ts';
import type { ClientMessage } from '../../../fixtures/clients/clientMessages.ts';
import { HOUSES } from '../../../fixtures/clients/houses.ts';
import { LORAWAN } from '../../../fixtures/clients/lorawan.ts';
import { RADIO } from '../../../fixtures/clients/radio.ts';
import { SHELLY } from '../../../fixtures/clients/shelly.ts';
import { TASMOTA } from '../../../fixtures/clients/tasmota.ts';
import { VICTRON } from '../../../fixtures/clients/victron.ts';
import { inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';

/** Reads one message by itself: each reading as the fixtures have it, its dialect, and why it gave none. */
function read({ topic, payload }: ClientMessage) {
  const source = { dialect: 'auto', booleans: false } as const;
  const specs = [{ ...makeSpec('#', 'auto', { time: { sanity: false } }), source }];
  const report = () => undefined;
  const options = { specs, limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report, matchesFilter, maxTopics: 5 };
  const { samples, drops } = createDecoder(options).decode(inbound(topic, payload));
  const reads = samples.map((sample) => {
    const { unit, deviceClass } = completeAbout(sample.source?.about, decodeStreamId(sample.stream));
    return [nameOf(sample).slice(topic.length), [sample.value, unit, deviceClass]] as const;
  });
  return {
    reads: Object.fromEntries(reads.map(([name, told]) => [name, told.slice(0, lastOf(told) + 1)])),
    dialects: [...new Set(samples.map(({ source: from }) => from?.dialect))],
    drops: drops.map(({ reason }) => reason),
  };
}

const lastOf = (told: readonly unknown[]): number => told.findLastIndex((value) => value !== undefined);

describe.each([TASMOTA, SHELLY, BLUETOOTH, RADIO, VICTRON, LORAWAN, HOUSES])('messages of $source', ({ messages }) => {
  it.each(messages.map((message) => [message.topic, message] as const))('%s', (_, message) => {
    const { reads, dialects, drops } = read(message);
    if ('drop' in message) expect([reads, drops]).toEqual([{}, [message.drop]]);
    else expect([reads, dialects, drops]).toEqual([message.reads, [message.dialect], []]);
  });
});
