import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutputPayload as isOutput } from '../../../../src/adapters/mqtt/inbound/ownOutput.ts';
import { ByteRange } from '../../../../src/domain/byteRange.ts';
import type { BRIDGE_PUBLICATIONS, STREAM_PUBLICATIONS } from '../../../../src/domain/publications.ts';
import { RequestError } from '../../../../src/domain/requestErrors.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { bridgeInfo } from '../../../../src/outlets/bridge/bridgeInfo.ts';
import { logPayload } from '../../../../src/outlets/bridge/bridgeLogging.ts';
import { eventPayload } from '../../../../src/outlets/bridge/events/bridgeEvents.ts';
import { createHealthMonitor } from '../../../../src/outlets/bridge/health.ts';
import { learningState } from '../../../../src/outlets/bridge/learningState.ts';
import { answer } from '../../../../src/outlets/bridge/requests/answer.ts';
import { streamList } from '../../../../src/outlets/bridge/streamList.ts';
import { classJson } from '../../../../src/outlets/results/classPayload.ts';
import { Counters } from '../../../../src/telemetry/counters.ts';
import { parse } from '../../../config/context.ts';
import { everyMessage, forecastOf, idOf, settingsWith } from '../../../pipeline/samples.ts';
import { ANSWER } from '../../../support/anyForecast.ts';
import { PayloadTexts } from '../../../support/payloadTexts.ts';

const isOutputPayload = (payload: Uint8Array): boolean => isOutput(ByteRange.of(payload));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('outputs of tidegate', () => {
  const payloads = new PayloadTexts();
  const health = createHealthMonitor({ counters: new Counters() });
  const settings = settingsWith(everyMessage);
  const outputs: Readonly<
    Record<keyof typeof STREAM_PUBLICATIONS | keyof typeof BRIDGE_PUBLICATIONS | 'refusal', string>
  > = {
    state: payloads.state(forecastOf('attic', 1), settings),
    forecast: payloads.columns(forecastOf('attic', 1), settings),
    anomaly: payloads.anomaly(forecastOf('attic', 1, { anomaly: true }), 'attic@1', settings),
    class: classJson(toEpochMs(1000), ANSWER),
    availability: '{"state":"online"}',
    health: health.payload(),
    info: bridgeInfo(parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]\n'), '1.2.3'),
    streams: streamList([idOf('attic')], () => undefined),
    learning: learningState({ all: undefined, streams: new Map() }),
    event: eventPayload({ type: 'overload_changed', ts: '2026-11-30T00:00:00.000Z', data: { level: 3 } }, 2),
    logging: logPayload({ at: toEpochMs(1000), level: 'info', message: 'a line', fields: { count: 3 } }, 2),
    response: answer({ streams: 3 }, 7),
    refusal: answer(new RequestError('TG_REQUEST_UNKNOWN'), 8),
  };
  health.stop();
  const known = Object.entries(outputs).filter(([name]) => name !== 'availability');

  it.each(known)('are known by their content: %s', (_, text) => {
    expect(isOutputPayload(bytes(text))).toBe(true);
    // A bridge may write the same in another way.
    expect(isOutputPayload(bytes(` \n${JSON.stringify({ extra: 1, ...JSON.parse(text) }, undefined, 2)}`))).toBe(true);
    // What lies in the same memory before and behind does not count.
    const shared = bytes(`{"y":1}${text}`);
    expect(isOutputPayload(shared.subarray(0, 7))).toBe(false);
    expect(isOutputPayload(shared.subarray(7))).toBe(true);
  });
});

describe('what others publish', () => {
  it.each([
    '21.5',
    '{"state":"online"}',
    '{"ds":"2026-01-01","yhat":1,"yhat_lower":0,"yhat_upper":2}',
    '{"note":"yhat_lower yhat_upper yhat ts"}',
    '{"nested":{"ts":1,"yhat":1,"yhat_lower":0,"yhat_upper":2}}',
    '{"yhat_lower":',
    '{"mqtt":{"base_topic":"zigbee2mqtt","server":"mqtt://localhost"}}',
    'null',
    '',
  ])('is none: %s', (text) => {
    expect(isOutputPayload(bytes(text))).toBe(false);
  });

  it('is none, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => !isOutputPayload(payload)));
    fc.assert(fc.property(fc.json(), (text) => !isOutputPayload(bytes(text))));
  });
});
