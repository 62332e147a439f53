import type { MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { ReadingProofs } from '../../../../src/adapters/mqtt/client/readingProofs.ts';

const BYTES = Uint8Array.of(0x40, 2, 0, 9);

function proofsWith(ids: readonly number[]) {
  const free = [...ids];
  const freed: number[] = [];
  const messageIdProvider = { allocate: () => free.shift() ?? null, deallocate: (id: number) => freed.push(id) };
  const client = { messageIdProvider, options: { protocolVersion: 4 } } as unknown as MqttClient;
  return { proofs: new ReadingProofs(client), freed };
}

describe('ReadingProofs', () => {
  it('puts a question behind the bytes, and tells once that its answer has come', () => {
    const { proofs, freed } = proofsWith([7]);
    let seen = 0;
    const bytes = proofs.behind(BYTES, () => seen++);
    expect([...bytes.subarray(0, 4)]).toEqual([...BYTES]);
    // UNSUBSCRIBE (MQTT 3.10) with the packet id.
    expect([bytes[4], bytes[6], bytes[7]]).toEqual([0xa2, 0, 7]);
    proofs.answered(8);
    expect([seen, freed]).toEqual([0, []]);
    proofs.answered(7);
    proofs.answered(7);
    expect([seen, freed]).toEqual([1, [7]]);
  });

  it('puts nothing behind the bytes where no packet id is free', () => {
    const { proofs } = proofsWith([]);
    expect(proofs.behind(BYTES, () => undefined)).toBe(BYTES);
  });
});
