import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { EMPTY } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { BRIDGE_PUBLICATIONS, STREAM_PUBLICATIONS } from '../../src/domain/publications.ts';
import type { RequestName } from '../../src/domain/requestName.ts';
import { ANY_READING } from '../../src/domain/validReadings.ts';
import { AlarmRecord } from '../../src/outlets/alarms/alarmRecord.ts';
import { COMMANDS } from '../../src/outlets/bridge/requests/commands.ts';
import { everyMessage, idOf, settingsWith } from '../pipeline/samples.ts';
import { anyForecast } from '../support/anyForecast.ts';
import { idleControl } from '../support/idleControl.ts';
import { PayloadTexts } from '../support/payloadTexts.ts';
import { parse } from './context.ts';

interface RedNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly z?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly broker?: string;
  readonly topic?: string;
  readonly payload?: string;
  readonly func?: string;
  readonly rules?: readonly { readonly t: string; readonly v?: string }[];
}

type Message = Readonly<Record<string, unknown>>;

const text = readFileSync(new URL('../../config/node-red/tidegate.json', import.meta.url), 'utf8');
const flow = JSON.parse(text) as readonly RedNode[];
const byId = new Map(flow.map((node) => [node.id, node]));
const one = (type: string): RedNode => {
  const found = flow.filter((node) => node.type === type);
  expect([type, found.length]).toEqual([type, 1]);
  return found[0]!;
};

/** Runs a function node of the flow. */
function runNode(id: string, topic: string, payload: unknown): Message | null {
  const run = compileFunction(byId.get(id)?.func ?? '', ['msg', 'node']) as (
    msg: Message,
    node: object,
  ) => Message | null;
  return run({ topic, payload }, { status: () => undefined });
}

/** Names of the nodes that get a message of the topic. */
function routeOf(topic: string): readonly string[] {
  const { rules = [], wires = [] } = one('switch');
  const taken = rules.findIndex(({ t, v }) => (t === 'regex' ? new RegExp(v as string).test(topic) : t === 'else'));
  return wires[taken]!.map((id) => byId.get(id)?.name ?? '');
}

describe('the flow for Node-RED', () => {
  it('has nodes of its one tab, which are wired to each other and to its one broker', () => {
    const [tab] = flow;
    const broker = one('mqtt-broker');
    expect(tab?.type).toBe('tab');
    expect(byId.size).toBe(flow.length);
    for (const node of flow) {
      if (node !== tab && node !== broker) expect([node.id, node.z]).toEqual([node.id, tab?.id]);
      for (const target of (node.wires ?? []).flat()) expect([node.id, byId.has(target)]).toEqual([node.id, true]);
      if (node.type.startsWith('mqtt ')) expect(node.broker).toBe(broker.id);
    }
  });

  it('holds no address but that of the own computer, and no password', () => {
    expect(one('mqtt-broker').broker).toBe('localhost');
    expect(text).not.toMatch(/credentials|password/);
  });

  it('takes every topic of a stream, and of the daemon, for what it is', () => {
    expect(one('mqtt in').topic).toBe('tidegate/#');
    const ofStream = Object.keys(STREAM_PUBLICATIONS).map((part) => [
      part,
      routeOf(`tidegate/plug/power${part === 'state' ? '' : `/${part}`}`),
    ]);
    expect(Object.fromEntries(ofStream)).toEqual({
      state: ['forecast'],
      forecast: [],
      anomaly: ['alarm'],
      class: [],
      availability: [],
    });
    for (const name of Object.keys(BRIDGE_PUBLICATIONS)) {
      const expected = name === 'response' ? ['answer'] : name === 'state' ? ['daemon'] : [];
      expect([name, routeOf(`tidegate/bridge/${name}${name === 'response' ? '/save' : ''}`)]).toEqual([name, expected]);
    }
    expect(routeOf('tidegate/bridge/request/save')).toEqual([]);
  });

  const requests = flow.filter(({ type }) => type === 'inject');
  it.each(requests.map((node) => [node.name ?? '', node] as const))(
    'sends a request that is served: %s',
    async (_, { topic, payload, wires }) => {
      expect(wires).toEqual([[one('mqtt out').id]]);
      const name = /^tidegate\/bridge\/request\/(\w+)$/.exec(topic ?? '')?.[1] as RequestName;
      const keeping = { saveAll: () => Promise.resolve(1), backUp: () => Promise.resolve(1) };
      const answer = await COMMANDS[name].run(JSON.parse(payload as string), {
        control: idleControl({ keeping }),
        isReadOnly: () => false,
        configNow: () => parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]'),
        settingsOf: () => settingsWith(everyMessage),
        sensorOf: () => undefined,
        alarms: new AlarmRecord(),
        prospectsOf: () => [],
        eventsOf: () => EMPTY,
        inspect: () => Promise.resolve(undefined),
        lastRuns: new Map(),
        info: () => ({}),
        streams: () => ({ streams: [] }),
      });
      expect(answer).toEqual(expect.any(Object));
    },
  );
});

describe('the functions of the flow', () => {
  const id = idOf('plug/power');
  const payloads = new PayloadTexts();
  const settings = { step: everyMessage, valid: ANY_READING };
  const forecasts = anyForecast({ id, horizons: [{ label: '1', steps: 1 }] });

  it('give what is expected next, of whatever is published', () => {
    fc.assert(
      fc.property(forecasts, (forecast) => {
        const result = JSON.parse(payloads.state(forecast, settings));
        const next = result.forecast_at['1'];
        const message = runNode('tidegate.forecast', `tidegate/${id}`, result);
        if (next === undefined || next.yhat === null) expect(message).toBeNull();
        else
          expect(message).toMatchObject({ topic: id, payload: next.yhat, lower: next.yhat_lower, reading: result.y });
      }),
    );
  });

  it('tell of an alarm in words, with the stream that it is of', () => {
    fc.assert(
      fc.property(forecasts, (forecast) => {
        const alarm = JSON.parse(payloads.anomaly(forecast, 'id-1', settings));
        const message = runNode('tidegate.alarm', `tidegate/${id}/anomaly`, alarm);
        expect(message).toMatchObject({ topic: id, phase: forecast.anomaly ? 'start' : 'end', id: 'id-1' });
        expect(String(message?.['payload'])).toContain(forecast.anomaly ? String(alarm.y) : 'as expected again');
      }),
    );
  });

  it('give the answer to a request, and what it was refused for', () => {
    const topic = 'tidegate/bridge/response/save';
    expect(runNode('tidegate.answer', topic, { status: 'ok', data: { streams: 2 } })).toMatchObject({
      topic: 'save',
      payload: { streams: 2 },
    });
    const error = { code: 'TG_REQUEST_TOO_MANY', message: 'at most one' };
    expect(runNode('tidegate.answer', topic, { status: 'error', data: {}, error })).toMatchObject({
      payload: 'TG_REQUEST_TOO_MANY: at most one',
    });
  });

  it('give nothing for a topic that was cleared, and for what is no payload of ours', () => {
    for (const node of ['tidegate.forecast', 'tidegate.alarm', 'tidegate.answer'])
      for (const payload of ['', 'text', null]) expect(runNode(node, `tidegate/${id}`, payload)).toBeNull();
  });
});
