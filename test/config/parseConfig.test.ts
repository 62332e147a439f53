import { describe, expect, it } from 'vitest';
import { REQUEST_NAMES } from '../../src/domain/requestName.ts';
import { ANY_READING } from '../../src/domain/validReadings.ts';
import { makeSettings } from '../support/settings.ts';
import { errorOf, parse, problemsOf } from './context.ts';

const MQTT = 'mqtt: {server: mqtt://localhost}\n';
const STREAM = 'streams:\n  - topic: a/b\n';

describe('parseConfig', () => {
  it('fills in every default of the smallest file', () => {
    expect(parse(MQTT + STREAM)).toEqual({
      file: 'tidegate.yaml',
      written: { root: { mqtt: { server: 'mqtt://localhost' } }, defaults: {}, streams: [{ topic: 'a/b' }] },
      mqtt: {
        server: 'mqtt://localhost:1883',
        baseTopic: 'tidegate',
        clientId: 'tidegate-pi',
        user: undefined,
        password: undefined,
        ca: undefined,
        cert: undefined,
        key: undefined,
        insecure: false,
        alpn: undefined,
        protocol: 'auto',
        qos: 0,
        session: { persistent: false, expiry: 86_400_000 },
        keepalive: 60_000,
        connectTimeout: 15_000,
        outboundBuffer: 262_144,
      },
      streams: [
        {
          id: undefined,
          topic: 'a/b',
          fields: 'auto',
          inputs: [],
          settings: {
            step: { every: 'message', gapAfter: 0 },
            horizons: [{ label: '1', steps: 1 }],
            interval: 0.9,
            minSamples: 200,
            anomaly: makeSettings().anomaly,
            learning: { mode: 'always', maintenance: [] },
            valid: ANY_READING,
            notation: { isLenient: false, decimal: undefined },
            exogenous: 0,
            resetAfter: 0,
            time: { from: 'message', sanity: true, zone: 'system', path: undefined },
            publish: { minInterval: 1_000, retain: true, qos: 0, expire: 0, forecast: false },
            model: {
              kernel: 'auto',
              cell: 'lstm',
              hidden: 32,
              bptt: { every: 4, window: 32 },
              learningRate: 'auto',
              replay: 2,
              replayRows: 1000,
              experts: ['last_value', 'linear', 'lstm_residual', 'lstm_direct'],
              inputs: { lags: 3, calendar: true, dayLag: true, weekLag: true, linear: false },
              seed: 1,
            },
          },
        },
      ],
      threads: 'auto',
      state: {
        dir: '.local/state/tidegate',
        durability: 'snapshot',
        writesPerDay: 104_857_600,
        commitInterval: 1_000,
        onDiskFull: 'stop_ack',
        keepFormer: 604_800_000,
        keepPast: 259_200_000,
        keepPastSize: 268_435_456,
      },
      limits: {
        streams: 1_000,
        queue: 20_000,
        overflow: 'auto',
        thinAfter: 500,
        queueMemory: 32 * 2 ** 20,
        memory: 268_435_456,
        payload: 65_536,
        topic: 512,
        depth: 32,
      },
      log: { level: 'info', format: 'auto' },
      health: { interval: 60_000 },
      bridge: {
        requests: true,
        readOnly: false,
        commands: REQUEST_NAMES,
        responseTopics: [],
        events: true,
        logging: 'warning',
      },
      homeAssistant: { discovery: false, prefix: 'homeassistant', statusTopic: 'homeassistant/status' },
      metrics: { enabled: true, maxStreams: 1000 },
      page: {
        enabled: true,
        address: '127.0.0.1',
        port: 8099,
        token: undefined,
        userHeader: undefined,
        base: undefined,
        hosts: [],
        memory: 2 ** 21,
      },
      secretFiles: [],
      sources: {
        layers: [
          {
            origin: { kind: 'file', name: 'tidegate.yaml' },
            tagged: [],
            value: { mqtt: { server: 'mqtt://localhost' }, streams: [{ topic: 'a/b' }] },
          },
        ],
        entries: [{ layer: 0, index: 0 }],
      },
    });
  });

  it('prepares a long memory: of the window, or of the lag that is named', () => {
    const [none, window, lag, unused] = parse(
      `${MQTT}defaults: {model: {bptt: {window: 40}}}
streams:
  - topic: a
  - topic: b
    model: {init: chrono}
  - topic: c
    model: {init: chrono, longest_lag: 60, cell: gru}
  - topic: d
    model: {longest_lag: 60}
`,
    ).streams.map(({ settings }) => settings.model.chronoLag);
    expect([none, window, lag, unused]).toEqual([undefined, 40, 60, undefined]);
  });

  it('takes policies of anomalies in the units of their options', () => {
    const [written, bare] = parse(
      `${MQTT}defaults: {anomaly: {threshold: 1.5}}
streams:
  - topic: a
    anomaly:
      range: [-40, 125.5]
      direction: up
      min_dev: 5
      min_rel_dev: 0.05
      hold_off: 2h
      min_duration: 3
      max_age: 30m
  - topic: b
`,
    ).streams.map(({ settings }) => settings.anomaly);
    expect(written).toEqual({
      range: { low: -40, high: 125.5 },
      direction: 'up',
      minDeviation: 5,
      minRelativeDeviation: 0.05,
      threshold: 1.5,
      holdOff: { time: 7_200_000 },
      minDuration: { rows: 3 },
      maxAge: 1_800_000,
    });
    expect(bare).toEqual({ ...makeSettings().anomaly, threshold: 1.5 });
  });

  it('lets a stream change single options of defaults, also deep inside a section', () => {
    const [first, second] = parse(
      `${MQTT}defaults: {step: 5m, horizons: [1, 1h], model: {hidden: 16, bptt: {window: 8}}}
streams:
  - topic: a
  - topic: b
    horizons: [2]
    model: {bptt: {every: 2}, cell: rnn}
`,
    ).streams;
    expect(first?.settings.step).toEqual({ every: 300_000, gapAfter: 900_000 });
    expect(first?.settings.horizons).toEqual([
      { label: '1', steps: 1 },
      { label: '1h', steps: 12 },
    ]);
    expect(second?.settings.horizons).toEqual([{ label: '2', steps: 2 }]);
    expect(second?.settings.model).toMatchObject({ hidden: 16, cell: 'rnn', bptt: { every: 2, window: 8 } });
    expect(first?.settings.model).toMatchObject({ hidden: 16, cell: 'lstm', bptt: { every: 4, window: 8 } });
  });

  it('sorts horizons by distance and keeps them as written', () => {
    const [stream] = parse(
      `${MQTT}streams: [{topic: a, step: 5m, horizons: [1h, 3, 15m, 5m]}]`.replace('3, ', '2, '),
    ).streams;
    expect(stream?.settings.horizons).toEqual([
      { label: '5m', steps: 1 },
      { label: '2', steps: 2 },
      { label: '15m', steps: 3 },
      { label: '1h', steps: 12 },
    ]);
  });

  it('reads fields as auto, list, names, names with maps, and target', () => {
    const { streams } = parse(`${MQTT}streams:
  - {topic: a, fields: auto}
  - {topic: b, fields: [x, y.z]}
  - {topic: c, fields: {power: ENERGY.Power, door: {path: contact, map: {true: 0, off: 1, 2: 5}}, plain: {map: {ON: 1}}}}
  - {topic: d, target: q.0.r}
`);
    expect(streams.map((stream) => stream.fields)).toEqual([
      'auto',
      [
        { path: 'x', name: undefined, map: undefined },
        { path: 'y.z', name: undefined, map: undefined },
      ],
      [
        { path: 'ENERGY.Power', name: 'power', map: undefined },
        { path: 'contact', name: 'door', map: { true: 0, off: 1, 2: 5 } },
        { path: undefined, name: 'plain', map: { ON: 1 } },
      ],
      [{ path: 'q.0.r', name: undefined, map: undefined }],
    ]);
  });

  it('reads how numbers are written: of a field and an input by itself, of an entry over the defaults', () => {
    const { streams } = parse(`${MQTT}defaults: {parse: lenient, decimal: comma}
streams:
  - {topic: a, parse: strict, fields: {t: {path: t, parse: lenient}, u: u}}
  - {topic: b, decimal: auto, target: t, inputs: {o: {path: o, decimal: point}}}
`);
    expect(streams.map(({ settings }) => settings.notation)).toEqual([
      { isLenient: false, decimal: 'comma' },
      { isLenient: true, decimal: undefined },
    ]);
    expect(streams[0]?.fields).toMatchObject([{ notation: { parse: 'lenient' } }, { path: 'u' }]);
    expect(streams[1]?.inputs).toMatchObject([{ notation: { decimal: 'point' } }]);
  });

  it('reads what is valid: of a field and an input by itself, of an entry over the defaults', () => {
    const { streams } = parse(`${MQTT}defaults: {valid: {not: [-127, 85], max: 60}}
streams:
  - {topic: a, valid: {min: -40}, fields: {t: {path: t, valid: {not: 0}}, u: u}}
  - {topic: b, target: t, inputs: {o: {path: o, valid: {max: 9.5}}}}
`);
    expect(streams.map(({ settings }) => settings.valid)).toEqual([
      { min: -40, max: 60, not: [-127, 85] },
      { min: Number.NEGATIVE_INFINITY, max: 60, not: [-127, 85] },
    ]);
    expect(streams[0]?.fields).toMatchObject([{ valid: { not: [0] } }, { valid: undefined }]);
    expect(streams[1]?.inputs).toMatchObject([{ valid: { max: 9.5 } }]);
  });

  it('reads inputs as list, names, and names with maps, and counts them for the learner', () => {
    const { streams } = parse(`${MQTT}streams:
  - {topic: a, target: t, inputs: [x, y.z]}
  - topic: b
    target: t
    inputs:
      valve: heating.valve
      open: {path: window, map: {open: 1, closed: 0}}
      heat: {path: mode, map: {heat: 1, cool: 0, off: 0}}
      cool: {path: mode, map: {heat: 0, cool: 1, off: 0}}
`);
    expect(streams.map((stream) => stream.inputs)).toEqual([
      [
        { path: 'x', name: undefined, map: undefined },
        { path: 'y.z', name: undefined, map: undefined },
      ],
      [
        { path: 'heating.valve', name: 'valve', map: undefined },
        { path: 'window', name: 'open', map: { open: 1, closed: 0 } },
        { path: 'mode', name: 'heat', map: { heat: 1, cool: 0, off: 0 } },
        { path: 'mode', name: 'cool', map: { heat: 0, cool: 1, off: 0 } },
      ],
    ]);
    expect(streams.map(({ settings }) => settings.exogenous)).toEqual([2, 4]);
  });

  it.each([
    ['off', false],
    ['no', false],
    ['false', false],
    ['on', true],
    ['yes', true],
    ['true', true],
    ['"off"', false],
  ])('reads %s as a flag', (word, expected) => {
    const [stream] = parse(`${MQTT}streams: [{topic: a, time: {sanity: ${word}}, publish: {retain: ${word}}}]`).streams;
    expect([stream?.settings.time.sanity, stream?.settings.publish.retain]).toEqual([expected, expected]);
  });

  it.each([
    ['auto', 'auto'],
    ['5', 5],
    ['"5"', 5],
    ['3.1.1', 4],
  ])('reads protocol %s', (word, expected) => {
    expect(parse(`mqtt: {server: mqtt://h, protocol: ${word}}\n${STREAM}`).mqtt.protocol).toBe(expected);
  });

  it('takes certificate paths from the folder of the file, and leaves absolute ones', () => {
    const { mqtt } = parse(`mqtt: {server: mqtts://h, ca: /ca.pem, cert: tls/c.pem, key: ../k.pem}\n${STREAM}`);
    expect([mqtt.ca, mqtt.cert, mqtt.key]).toEqual(['/ca.pem', '/etc/tidegate/tls/c.pem', '/etc/k.pem']);
  });

  it('makes a client id from a host name that MQTT takes', () => {
    expect(parse(MQTT + STREAM, { hostname: 'my pi#1.local' }).mqtt.clientId).toBe('tidegate-mypi1.local');
  });

  it('shows the line and a caret, keeping tabs', () => {
    const text = `${MQTT}streams:\n  - {topic: a,\tinterval: 2}\n`;
    expect(errorOf(() => parse(text)).message).toBe(
      [
        'tidegate.yaml:3:26: streams[0].interval: expected a number from 0.5 to 0.99',
        '      - {topic: a,\tinterval: 2}',
        `    ${' '.repeat(14)}\t${' '.repeat(10)}^`,
      ].join('\n'),
    );
  });

  it('shows a part of a very long line', () => {
    const { message } = errorOf(() => parse(`${MQTT}streams: [{topic: ${'x'.repeat(500)}, interval: 7}]\n`));
    const [, line, caret] = message.split('\n');
    expect(line?.length).toBeLessThan(120);
    expect(line?.[caret?.indexOf('^') ?? 0]).toBe('7');
  });

  it('reports all problems at once, in the order of the file, and at most twenty', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `  - {topic: t${i}, interval: 2}`);
    const error = errorOf(() => parse(`${MQTT}streams:\n${lines.join('\n')}\n`));
    const places = error.message.split('\n').filter((line) => line.startsWith('tidegate.yaml:'));
    expect(places).toHaveLength(20);
    expect(places[0]).toMatch(/^tidegate\.yaml:3:\d+: streams\[0\]/);
    expect(places[19]).toMatch(/^tidegate\.yaml:22:\d+: streams\[19\]/);
    expect(error.message).toMatch(/… and 10 more$/);
  });

  it('shows a fault of defaults once, there, however many streams inherit it', () => {
    expect(problemsOf(`${MQTT}defaults: {model: {hidden: 3}}\nstreams: [{topic: a}, {topic: b}]\n`)).toEqual([
      'tidegate.yaml:2:28: defaults.model.hidden: expected a whole number from 4 to 128',
    ]);
  });

  it('finds a fault of defaults that every stream overrides', () => {
    expect(problemsOf(`${MQTT}defaults: {interval: 3}\nstreams: [{topic: a, interval: 0.8}]\n`)).toHaveLength(1);
  });

  it('names the stream whose step does not fit an inherited horizon', () => {
    const text = `${MQTT}defaults: {horizons: [15m]}\nstreams: [{topic: a, step: 5m}, {topic: b, step: 7m}]\n`;
    expect(problemsOf(text)).toEqual(['tidegate.yaml:2:23: streams[1].horizons[0]: must be a multiple of the step']);
  });

  it('follows aliases to the place where the value stands', () => {
    const text = `${MQTT}defaults: {model: &m {hidden: 3}}\nstreams: [{topic: a}]\n`.replace(
      'defaults: {model',
      'defaults: {model',
    );
    expect(problemsOf(`${text}`)[0]).toMatch(/^tidegate\.yaml:2:31: /);
    expect(
      problemsOf(`${MQTT}streams:\n  - {topic: a, model: &m {cell: rnn, hidden: 3}}\n  - {topic: b, model: *m}\n`),
    ).toEqual([
      'tidegate.yaml:3:46: streams[0].model.hidden: expected a whole number from 4 to 128',
      'tidegate.yaml:3:46: streams[1].model.hidden: expected a whole number from 4 to 128',
    ]);
    const aliased = `${MQTT}streams:\n  - {topic: a, model: &m {hidden: 8}}\n  - {topic: b, model: *m}\n`;
    expect(parse(aliased).streams[1]?.settings.model.hidden).toBe(8);
  });
});
