import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import { readSparkplug, writeRebirth } from '../../../../src/adapters/payload/dialects/sparkplugPayload.ts';
import { decodeStreamId } from '../../../../src/domain/streamId.ts';
import { ARRIVAL, collectEvents, inbound, LIMITS, makeSpec, matchesFilter } from '../../../fixtures/decoderSetup.ts';

interface M {
  readonly name?: string;
  readonly alias?: number;
  readonly type?: number;
  readonly int?: number;
  readonly float?: number;
  readonly unit?: readonly [key: string, unit: string];
  readonly historical?: true;
}

/** A payload as Sparkplug B 3.0 has it. */
function payloadOf(seq: number | undefined, metrics: readonly M[]): Uint8Array {
  const out = protobuf.Writer.create();
  for (const metric of metrics) out.uint32(18).bytes(metricOf(metric));
  if (seq !== undefined) out.uint32(24).uint64(seq);
  return out.finish();
}

function metricOf({ name, alias, type, int, float, unit, historical }: M): Uint8Array {
  const out = protobuf.Writer.create();
  if (name !== undefined) out.uint32(10).string(name);
  if (alias !== undefined) out.uint32(16).uint64(alias);
  if (type !== undefined) out.uint32(32).uint32(type);
  if (historical === true) out.uint32(40).bool(true);
  if (unit !== undefined) {
    const value = protobuf.Writer.create().uint32(8).uint32(12).uint32(66).string(unit[1]).finish();
    out.uint32(74).bytes(protobuf.Writer.create().uint32(10).string(unit[0]).uint32(18).bytes(value).finish());
  }
  if (int !== undefined) out.uint32(80).uint32(int);
  if (float !== undefined) out.uint32(101).float(float);
  return out.finish();
}

const FLOW: M = { name: 'Flow', alias: 7, type: 9, float: 1 };
const flow = (float: number): M => ({ alias: 7, float });

function listen(rebirth = false) {
  const { events, report } = collectEvents();
  const source = { dialect: 'auto' as const, booleans: false, rebirth };
  const specs = [{ ...makeSpec('#', 'auto', { time: { sanity: false } }), source }];
  const options = { specs, limits: LIMITS, zoneOffsetOf: () => () => 0 as never, report, matchesFilter, maxTopics: 9 };
  const decoder = createDecoder(options);
  let now = ARRIVAL as number;
  return {
    wait(ms: number) {
      now += ms;
    },
    /** Readings as `name value`, then reasons. @param level such as `DDATA/edge/pump` */
    hear(level: string, seq: number | undefined, ...metrics: M[]): readonly string[] {
      const message = inbound(`spBv1.0/plant/${level}`, payloadOf(seq, metrics), now++);
      const { samples, drops } = decoder.decode(message);
      return [
        ...samples.map(({ stream, value }) => `${decodeStreamId(stream).split('/').slice(2).join('/')} ${value}`),
        ...drops.map(({ reason }) => reason),
      ];
    },
    sensor: (stream: string) => decoder.sensorOf(stream as never),
    missed: () => events.map((event) => (event.type === 'MessagesMissed' ? event.count : 0)).reduce((a, b) => a + b, 0),
    asked: () => events.flatMap((event) => (event.type === 'BirthWanted' ? [`${event.group} ${event.node}`] : [])),
  };
}
const session = (bdSeq: number): M => ({ name: 'bdSeq', type: 8, int: bdSeq });

describe('the numbers of messages', () => {
  it('show how many are missing, over their turn, whatever device of the node sends', () => {
    const { hear, missed } = listen();
    hear('NBIRTH/edge', 0, session(1));
    hear('DBIRTH/edge/pump', 1, FLOW);
    expect(missed()).toBe(0);
    expect(hear('DDATA/edge/pump', 4, flow(2))).toEqual(['edge/pump/Flow 2']);
    expect(missed()).toBe(2);
    for (let seq = 5; seq < 300; seq++) hear('DDATA/edge/pump', seq % 256, flow(seq));
    expect(missed()).toBe(2);
    hear('DDEATH/edge/pump', 46);
    expect(missed()).toBe(4);
  });

  it('show a late message as such: it is read, and no gap', () => {
    const { hear, missed } = listen();
    hear('NBIRTH/edge', 0, session(1));
    hear('DBIRTH/edge/pump', 1, FLOW);
    hear('DDATA/edge/pump', 3, flow(3));
    expect(hear('DDATA/edge/pump', 2, flow(2))).toEqual(['edge/pump/Flow 2']);
    hear('DDATA/edge/pump', 4, flow(4));
    expect(missed()).toBe(1);
  });

  it('begin anew with a birth, and are not known to a late listener', () => {
    const { hear, missed } = listen();
    hear('DDATA/edge/pump', 77, flow(3));
    hear('DDATA/edge/pump', 78, flow(3));
    hear('NBIRTH/edge', 0, session(2));
    hear('NBIRTH/edge', 0, session(3));
    expect(missed()).toBe(0);
  });
});

describe('deaths', () => {
  it('of the session of now take names along, those of one before do not', () => {
    const { hear, sensor } = listen();
    hear('NBIRTH/edge', 0, session(5));
    hear('DBIRTH/edge/pump', 1, FLOW);
    expect(hear('NDEATH/edge', undefined, session(4))).toEqual(['availability']);
    expect(sensor('spBv1.0/plant/edge/pump/Flow')?.isSilent).toBe(false);
    expect(hear('DDATA/edge/pump', 2, flow(2))).toEqual(['edge/pump/Flow 2']);
    expect(hear('NDEATH/edge', undefined, session(5))).toEqual(['availability']);
    expect(sensor('spBv1.0/plant/edge/pump/Flow')?.isSilent).toBe(true);
    expect(hear('DDATA/edge/pump', 3, flow(2))).toEqual(['unnamed']);
    hear('NBIRTH/edge', 0, session(6));
    hear('DBIRTH/edge/pump', 1, FLOW);
    expect(sensor('spBv1.0/plant/edge/pump/Flow')?.isSilent).toBe(false);
  });

  it('of a device take its names alone', () => {
    const { hear, sensor } = listen();
    hear('NBIRTH/edge', 0, session(5), { name: 'Load', alias: 1, type: 9, float: 3 });
    hear('DBIRTH/edge/pump', 1, FLOW);
    hear('DDEATH/edge/pump', 2);
    expect(hear('NDATA/edge', 3, { alias: 1, float: 4 })).toEqual(['edge/Load 4']);
    expect(hear('DDATA/edge/pump', 4, flow(4))).toEqual(['unnamed']);
    expect(['edge/Load', 'edge/pump/Flow'].map((it) => sensor(`spBv1.0/plant/${it}`)?.isSilent)).toEqual([false, true]);
  });
});

describe('aliases', () => {
  it('count only for values of the kind that their birth tells: a birth that was missed gives them others', () => {
    const { hear } = listen();
    hear('DBIRTH/edge/pump', 1, FLOW, { name: 'Starts', alias: 8, type: 7, int: 3 });
    expect(hear('DDATA/edge/pump', 2, { alias: 7, int: 5 })).toEqual(['unnamed']);
    expect(hear('DDATA/edge/pump', 3, { alias: 8, float: 5 })).toEqual(['unnamed']);
    expect(hear('DDATA/edge/pump', 4, { alias: 8, int: 5 })).toEqual(['edge/pump/Starts 5']);
  });
});

it('historical metrics are no readings, beside others that are', () => {
  const { hear } = listen();
  hear('DBIRTH/edge/pump', 1, FLOW);
  expect(hear('DDATA/edge/pump', 2, { ...flow(2), historical: true }, flow(3))).toEqual([
    'edge/pump/Flow 3',
    'historical',
  ]);
});

it.each(['engUnit', 'Engineering Units', 'unit'])('the property %s is the unit', (key) => {
  const { hear, sensor } = listen();
  hear('DBIRTH/edge/pump', 1, { ...FLOW, unit: [key, 'l/s'] });
  expect(sensor('spBv1.0/plant/edge/pump/Flow')).toMatchObject({ unit: 'l/s', path: 'Flow' });
});

describe('a birth', () => {
  it('is asked for where the configuration says so: at once, and less and less often', () => {
    const { hear, asked, wait } = listen(true);
    for (let minute = 0; minute < 16; minute++) {
      hear('DDATA/edge/pump', undefined, flow(2));
      wait(60_000);
    }
    // At 0, 1, 3, 7 and 15 minutes.
    expect(asked()).toEqual(Array.from({ length: 5 }, () => 'plant edge'));
  });

  it('is asked for after a gap, and at once again after the birth that answers', () => {
    const { hear, asked } = listen(true);
    hear('NBIRTH/edge', 0, session(1));
    hear('DBIRTH/edge/pump', 1, FLOW);
    hear('DDATA/edge/pump', 4, flow(2));
    expect(asked()).toHaveLength(1);
    hear('NBIRTH/edge', 0, session(1));
    hear('DBIRTH/edge/pump', 1, FLOW);
    hear('DDATA/edge/pump', 3, flow(2));
    expect(asked()).toHaveLength(2);
  });

  it('is never asked for else', () => {
    const { hear, asked } = listen();
    expect(hear('DDATA/edge/pump', 9, flow(2))).toEqual(['unnamed']);
    hear('DDATA/edge/pump', 20, flow(2));
    expect(asked()).toEqual([]);
  });

  it('is asked for in a payload that a reader of the format understands', () => {
    const { timestamp, metrics } = readSparkplug(writeRebirth(1_763_881_951_402)) ?? {};
    expect(timestamp).toBe(1_763_881_951_402);
    expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', datatype: 11, value: true }]);
  });
});
