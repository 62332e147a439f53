import { expect, test } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { toStreamId } from '../../../src/domain/streamId.ts';
import type { ClassifySettings, PublishSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { Publisher, type PublisherOptions } from '../../../src/outlets/results/publisher.ts';
import { RetainedTopics } from '../../../src/outlets/retained/retainedTopics.ts';
import { everyMessage, forecastOf, settingsWith } from '../../pipeline/samples.ts';
import { ANSWER } from '../../support/anyForecast.ts';
import { lend } from '../../support/lent.ts';
import { type TextMessage, toTextMessage, withText } from '../../support/textMessage.ts';

type Message = TextMessage;

interface Setup {
  readonly publisher: Publisher;
  /** Streams whose device is gone. */
  readonly gone: Set<string>;
  sweep(): void;
  /** Messages published since the last call. */
  take(): Message[];
}

function setUp(
  publish: Partial<PublishSettings> & { readonly classify?: ClassifySettings | undefined } = {},
  isAlive?: PublisherOptions['isAlive'],
  isConnected: () => boolean = () => true,
): Setup {
  const messages: Message[] = [];
  const gone = new Set<string>();
  const send = (message: Message): boolean => isConnected() && messages.push(message) > 0;
  const retained = new RetainedTopics({
    notes: undefined,
    suspected: () => [],
    clear: (topic) => send({ topic, payload: '', qos: 0, retain: true }),
    most: 16,
  });
  /** Publishes as each outlet does. */
  const publishHolding = (message: Message): boolean => {
    if (message.retain) retained.hold(message.topic);
    return send(message);
  };
  const settings = settingsWith(everyMessage);
  const publisher = new Publisher({
    baseTopic: 'base',
    publish: (message) => publishHolding(withText(message)),
    publishTo: (...message) => publishHolding(toTextMessage(...message)),
    giveUp: (topic) => retained.giveUp(topic),
    sensorOf: (stream) => ({ topic: stream, isSilent: gone.has(stream) }),
    settingsOf: () => {
      const { classify, ...rest } = publish;
      return { ...settings, classify, publish: { ...settings.publish, forecast: true, ...rest } };
    },
    ...(isAlive === undefined ? {} : { isAlive }),
  });
  return { publisher, gone, sweep: () => retained.sweep(50), take: () => messages.splice(0) };
}

const tell = (publisher: Publisher, forecast: Forecast): void => lend(forecast, (row) => publisher.forecast(row));
const horizons: Forecast['horizons'] = [{ horizon: { label: '1', steps: 1 }, mean: 2, lower: 1, upper: 3 }];
const topicsOf = (messages: readonly Message[]): string[] => messages.map(({ topic }) => topic);
const online = (name: string): Message => availability(name, 'online');
const offline = (name: string): Message => availability(name, 'offline');

function availability(name: string, state: string): Message {
  return { topic: `base/${name}/availability`, payload: `{"state":"${state}"}`, qos: 0, retain: false };
}

test('says that the stream is there once, then publishes its state and forecast', () => {
  const { publisher, take } = setUp();
  tell(publisher, forecastOf('a/b', 0, { horizons }));
  const [first, ...rest] = take();
  expect(first).toEqual(online('a/b'));
  expect(topicsOf(rest)).toEqual(['base/a/b', 'base/a/b/forecast']);
  expect(rest.map(({ payload }) => Object.keys(JSON.parse(payload)))).toEqual([
    expect.arrayContaining(['y', 'n', 'forecast_at']),
    ['ts', 'horizon', 'at', 'yhat', 'yhat_lower', 'yhat_upper'],
  ]);
  tell(publisher, forecastOf('a/b', 1, { horizons }));
  expect(topicsOf(take())).toEqual(['base/a/b', 'base/a/b/forecast']);
});

test('says offline for a stream whose device is gone, once, and again on a new connection', () => {
  const { publisher, gone, take } = setUp();
  for (const name of ['a', 'b']) tell(publisher, forecastOf(name, 0));
  take();
  gone.add('a');
  publisher.sendersChanged();
  publisher.sendersChanged();
  expect(take()).toEqual([offline('a')]);
  publisher.reconnected();
  expect(take()).toEqual([offline('a'), online('b')]);
  gone.delete('a');
  publisher.sendersChanged();
  expect(take()).toEqual([online('a')]);
});

test('publishes one message for a forecast where the columns are not wanted', () => {
  const { publisher, sweep, take } = setUp({ forecast: false });
  tell(publisher, forecastOf('a', 0, { horizons }));
  tell(publisher, forecastOf('a', 1, { horizons }));
  sweep();
  expect(topicsOf(take())).toEqual(['base/a/availability', 'base/a', 'base/a']);
});

test('clears what the broker holds and is given no more by the settings of now', () => {
  const publish: { retain?: boolean; forecast?: boolean } = {};
  const { publisher, sweep, take } = setUp(publish);
  tell(publisher, forecastOf('a', 0, { horizons }));
  take();
  publish.forecast = false;
  tell(publisher, forecastOf('a', 1, { horizons }));
  sweep();
  expect(topicsOf(take())).toEqual(['base/a', 'base/a/forecast']);
  publish.retain = false;
  tell(publisher, forecastOf('a', 2, { horizons }));
  sweep();
  const [state, cleared] = take();
  expect([state?.retain, cleared]).toEqual([false, { topic: 'base/a', payload: '', qos: 0, retain: true }]);
  publish.retain = true;
  tell(publisher, forecastOf('a', 3, { horizons }));
  sweep();
  expect(topicsOf(take())).toEqual(['base/a']);
});

test('publishes no forecast before there is one', () => {
  const { publisher, take } = setUp();
  tell(publisher, forecastOf('a', 0));
  expect(topicsOf(take())).toEqual(['base/a/availability', 'base/a']);
});

test.each([
  ['retained without expiry', { retain: true, expire: toDurationMs(0) }, { retain: true, qos: 0 }],
  ['retained with expiry', { retain: true, expire: toDurationMs(5000) }, { retain: true, qos: 0, expire: 5000 }],
  ['not retained, so without expiry', { retain: false, expire: toDurationMs(5000) }, { retain: false, qos: 0 }],
])('state and forecast are %s', (_, settings, expected) => {
  const { publisher, take } = setUp(settings);
  tell(publisher, forecastOf('a', 0, { horizons }));
  const [, ...messages] = take();
  expect(messages.map(({ topic: _topic, payload: _payload, ...options }) => options)).toEqual([expected, expected]);
});

test('with QoS 1 everything that is a result has it, and may expire', () => {
  const { publisher, take } = setUp({ qos: 1, expire: toDurationMs(5000) });
  tell(publisher, { ...forecastOf('a', 0, { horizons }), anomaly: true, classAnswer: ANSWER });
  const [, state, columns, classified, anomaly] = take();
  const kept = { qos: 1, retain: true, expire: 5000 };
  expect([state, columns, classified]).toEqual(
    ['', '/forecast', '/class'].map((end) => expect.objectContaining({ topic: `base/a${end}`, ...kept })),
  );
  expect(JSON.parse(state?.payload as string).n).toBe(1);
  expect(anomaly).toMatchObject({ topic: 'base/a/anomaly', qos: 1, retain: false });
});

test('retains no availability, so that none outlives a process that is killed', () => {
  const { publisher, take } = setUp();
  tell(publisher, forecastOf('a', 0, { horizons }));
  publisher.reconnected();
  publisher.farewell();
  const said = take().filter(({ topic }) => topic.endsWith('/availability'));
  expect(said.map(({ payload, retain }) => [payload, retain])).toEqual([
    ['{"state":"online"}', false],
    ['{"state":"online"}', false],
    ['{"state":"offline"}', false],
  ]);
});

test('an anomaly is one start and one end with the same id, not retained', () => {
  const { publisher, take } = setUp({ retain: true, expire: toDurationMs(5000) });
  const anomalies = [false, true, true, false, false].flatMap((anomaly, at) => {
    tell(publisher, forecastOf('a', at, { anomaly, anomalyScore: 1.5 }));
    return take().filter(({ topic }) => topic === 'base/a/anomaly');
  });
  expect(anomalies.map(({ qos, retain, expire }) => [qos, retain, expire])).toEqual([
    [0, false, undefined],
    [0, false, undefined],
  ]);
  const [start, end] = anomalies.map(({ payload }) => JSON.parse(payload));
  expect([start.phase, start.ts, end.phase, end.ts]).toEqual([
    'start',
    '1970-01-01T00:00:00.001Z',
    'end',
    '1970-01-01T00:00:00.003Z',
  ]);
  expect(start.id).toBe(end.id);
});

test('two anomalies have two ids, also at the same time on two streams', () => {
  const { publisher, take } = setUp();
  for (const [stream, at, anomaly] of [
    ['a', 0, true],
    ['b', 0, true],
    ['a', 1, false],
    ['a', 2, true],
  ] as const)
    tell(publisher, forecastOf(stream, at, { anomaly }));
  const starts = take()
    .filter(({ topic, payload }) => topic.endsWith('/anomaly') && JSON.parse(payload).phase === 'start')
    .map(({ payload }) => JSON.parse(payload).id);
  expect(new Set(starts).size).toBe(3);
});

test('after a reconnect every stream says again that it is there', () => {
  const { publisher, take } = setUp();
  publisher.reconnected();
  expect(take()).toEqual([]);
  tell(publisher, forecastOf('a', 0));
  tell(publisher, forecastOf('b', 0));
  take();
  publisher.reconnected();
  expect(take()).toEqual([online('a'), online('b')]);
});

test('a forgotten stream goes offline, and online when it comes back', () => {
  const { publisher, take } = setUp();
  tell(publisher, forecastOf('a', 0));
  take();
  publisher.forget(toStreamId('a', undefined));
  publisher.forget(toStreamId('a', undefined));
  publisher.forget(toStreamId('unknown', undefined));
  expect(take()).toEqual([offline('a')]);
  publisher.reconnected();
  expect(take()).toEqual([]);
  tell(publisher, forecastOf('a', 1));
  expect(take()[0]).toEqual(online('a'));
});

test('the last forecasts of a stream that was forgotten go out, and leave nothing behind', () => {
  const alive = new Set(['a', 'b']);
  const { publisher, take } = setUp({}, (stream) => alive.has(stream));
  tell(publisher, forecastOf('a', 0));
  tell(publisher, forecastOf('b', 0));
  take();
  alive.delete('a');
  publisher.forget(toStreamId('a', undefined));
  take();
  tell(publisher, forecastOf('a', 1, { horizons, anomaly: true }));
  const last = take();
  expect(topicsOf(last)).toEqual(['base/a', 'base/a/forecast']);
  expect(last.every(({ retain }) => !retain)).toBe(true);
  publisher.reconnected();
  expect(take()).toEqual([online('b')]);
  alive.add('a');
  tell(publisher, forecastOf('a', 2));
  expect(take()[0]).toEqual(online('a'));
});

test('at the end every stream goes offline', () => {
  const { publisher, take } = setUp();
  tell(publisher, forecastOf('a', 0));
  tell(publisher, forecastOf('b', 0));
  take();
  publisher.farewell();
  expect(take()).toEqual([offline('a'), offline('b')]);
});

const cleared = (...topics: string[]): Message[] =>
  topics.map((topic) => ({ topic: `base/${topic}`, payload: '', qos: 0, retain: true }));

test('the topics of a forgotten stream go from the broker with the next sweep, each once', () => {
  const { publisher, sweep, take } = setUp();
  tell(publisher, forecastOf('a', 0, { horizons }));
  publisher.forget(toStreamId('a', undefined));
  take();
  sweep();
  expect(take()).toEqual(cleared('a', 'a/forecast'));
  sweep();
  expect(take()).toEqual([]);
});

test('only what was left with the broker is taken from it', () => {
  const { publisher, sweep, take } = setUp({ retain: false });
  tell(publisher, forecastOf('a', 0, { horizons }));
  publisher.forget(toStreamId('a', undefined));
  take();
  sweep();
  expect(take()).toEqual([]);
});

test('a stream that is back before the sweep keeps its topics', () => {
  const { publisher, sweep, take } = setUp();
  tell(publisher, forecastOf('a', 0, { horizons }));
  publisher.forget(toStreamId('a', undefined));
  tell(publisher, forecastOf('a', 1, { horizons }));
  take();
  sweep();
  expect(take()).toEqual([]);
});

test('what could not be cleared is cleared later', () => {
  let isConnected = true;
  const { publisher, sweep, take } = setUp({ forecast: false }, undefined, () => isConnected);
  tell(publisher, forecastOf('a', 0));
  isConnected = false;
  publisher.forget(toStreamId('a', undefined));
  sweep();
  take();
  isConnected = true;
  sweep();
  expect(take()).toEqual(cleared('a'));
});

test('a flood of streams that go leaves no topic behind, and nothing waits without end', () => {
  const retained = new Map<string, string>();
  const { publisher, sweep, take } = setUp();
  const keep = (): number => {
    const messages = take();
    for (const { topic, payload, retain } of messages)
      if (retain && payload === '') retained.delete(topic);
      else if (retain) retained.set(topic, payload);
    return messages.length;
  };
  for (let i = 0; i < 1000; i++) {
    tell(publisher, forecastOf(`s${i}`, 0, { horizons }));
    if (i >= 2) publisher.forget(toStreamId(`s${i - 2}`, undefined));
    keep();
    // Three topics of each of two streams, and no more that wait than twice as many streams can have: four each.
    expect(retained.size).toBeLessThanOrEqual(3 * 2 + 4 * 4);
  }
  for (let i = 0; i < 5; i++) {
    sweep();
    expect(keep()).toBeLessThanOrEqual(50);
  }
  expect([...retained.keys()].sort()).toEqual(
    ['s998', 's999'].flatMap((name) => ['', '/forecast'].map((end) => `base/${name}${end}`)),
  );
});

const CLASSIFY: ClassifySettings = {
  classes: 'open',
  delay: toDurationMs(1000),
  longestLag: undefined,
  dwell: { rows: 1 },
};

test('publishes the class of a reading, retained, and nothing where there is none yet', () => {
  const { publisher, take } = setUp({ classify: CLASSIFY, forecast: false });
  tell(publisher, forecastOf('a', 0));
  expect(topicsOf(take())).toEqual(['base/a/availability', 'base/a']);
  tell(publisher, { ...forecastOf('a', 1), classAnswer: ANSWER });
  const last = take().at(-1);
  expect([last?.topic, last?.retain, JSON.parse(last?.payload as string).class]).toEqual(['base/a/class', true, 'b']);
});

test('takes the class from the broker with its stream, and once it is classified no more', () => {
  const publish: { classify?: ClassifySettings | undefined; forecast: boolean } = {
    classify: CLASSIFY,
    forecast: false,
  };
  const { publisher, sweep, take } = setUp(publish);
  const say = (stream: string, at: number): void => tell(publisher, { ...forecastOf(stream, at), classAnswer: ANSWER });
  say('a', 0);
  say('b', 0);
  publisher.forget(toStreamId('a', undefined));
  take();
  sweep();
  expect(take()).toEqual(cleared('a', 'a/class'));
  publish.classify = undefined;
  tell(publisher, forecastOf('b', 1));
  take();
  sweep();
  expect(take()).toEqual(cleared('b/class'));
  sweep();
  expect(take()).toEqual([]);
});
