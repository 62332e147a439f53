import { describe, expect, it } from 'vitest';
import { errorOf, parse, problemsOf } from './context.ts';

const MQTT = 'mqtt: {server: mqtt://localhost}\n';
const STREAM = 'streams: [{topic: a/b}]\n';
const DURATION = 'written like 250ms, 30s, 15m, 1h or 2d';

/** Text of the file, and its messages: line:column: message. */
const WRONG_FILES: readonly (readonly [name: string, text: string, ...problems: string[]])[] = [
  ['an empty file', '', '1:1: the file is empty'],
  ['only a comment', '# nothing\n', '1:1: the file is empty'],
  ['a list', '- a\n', '1:1: expected a mapping (lines of key: value)'],
  ['no broker', STREAM, '1:1: mqtt: is required'],
  [
    'senders without a source',
    `${MQTT}streams: [{topic: t, by: [id]}]`,
    '2:22: streams[0].by: needs source, as in source: generic',
  ],
  [
    'a page that other computers reach and nothing guards',
    `${MQTT}page:\n  address: 0.0.0.0\n${STREAM}`,
    '3:12: page.address: is reached by other computers: needs page.token, or page.user_header behind a proxy that sets it',
  ],
  [
    'a short token and a port that is none',
    `${MQTT}page: {token: short, port: 0}\n${STREAM}`,
    '2:15: page.token: must have at least 12 characters, so that nobody guesses it',
    '2:28: page.port: expected a whole number from 1 to 65535',
  ],
  [
    'a path of a proxy that hides addresses of the page',
    `${MQTT}page: {base: /api/x}\n${STREAM}`,
    '2:14: page.base: must not begin with api, metrics, healthz, readyz, version: the page has addresses of that name',
  ],
  [
    'a path of a proxy that is none',
    `${MQTT}page: {base: /a/../b}\n${STREAM}`,
    '2:14: page.base: expected a path that begins with a slash, such as /tidegate',
  ],
  ['no streams', MQTT, '1:1: streams: is required'],
  ['an empty list of streams', `${MQTT}streams: []\n`, '2:10: streams: name at least one topic to listen to'],
  ['a stream without topic', `${MQTT}streams:\n  - id: x\n`, '3:5: streams[0].topic: is required'],
  ['a section without content', `mqtt:\n${STREAM}`, '1:1: mqtt: is empty: give it a value or remove it'],
  ['a section that is a text', `mqtt: localhost\n${STREAM}`, '1:7: mqtt: expected a mapping (lines of key: value)'],
  ['streams as a mapping', `${MQTT}streams: {topic: a}\n`, '2:10: streams: expected a list'],
  [
    'a newer version',
    `version: 2\n${MQTT}${STREAM}`,
    '1:10: version: this file has format version 2; this program reads version 1: it is older than the file',
  ],
  ['a version that is none', `version: one\n${MQTT}${STREAM}`, '1:10: version: expected 1'],
  ['an unknown section', `${MQTT}stream: []\n${STREAM}`, '2:1: stream: unknown option; did you mean streams?'],
  [
    'two unknown options in one section',
    `mqtt:\n  server: mqtt://h\n  usr: x\n  foo: y\n${STREAM}`,
    '3:3: mqtt.usr: unknown option; did you mean user?',
    '4:3: mqtt.foo: unknown option; known here: server, base_topic, client_id, user, password, ca, cert, key, insecure, alpn, protocol, qos, keepalive, connect_timeout, session_expiry, outbound_buffer',
  ],
  [
    'an unknown option deep inside',
    `${MQTT}streams:\n  - topic: a\n    model:\n      bptt:\n        windw: 3\n`,
    '6:9: streams[0].model.bptt.windw: unknown option; did you mean window?',
  ],
  [
    'an unknown word',
    `${MQTT}log: {level: warn}\n${STREAM}`,
    '2:14: log.level: expected one of error, warning, info, debug; did you mean warning?',
  ],
  [
    'a range of readings upside down',
    `${MQTT}streams:\n  - topic: a\n    anomaly: {range: [400, 0]}\n`,
    '4:22: streams[0].anomaly.range: the first number must be below the second',
  ],
  [
    'a range of readings with three ends',
    `${MQTT}streams:\n  - topic: a\n    anomaly: {range: [0, 1, 2]}\n`,
    '4:29: streams[0].anomaly.range[2]: expected the lowest and the highest good reading, as in [0, 400]',
  ],
  [
    'a class named twice',
    `${MQTT}streams:\n  - topic: a\n    classify: {classes: [on, "on"]}\n`,
    '4:25: streams[0].classify.classes: must name each class once',
  ],
  [
    'a single class',
    `${MQTT}streams:\n  - topic: a\n    classify: {classes: ["on"]}\n`,
    '4:25: streams[0].classify.classes: expected a list of 2 to 32 names, or open',
  ],
  [
    'bounds upside down',
    `${MQTT}streams:\n  - topic: a\n    valid: {min: 5, max: 5}\n`,
    '4:12: streams[0].valid: min must be below max, here 5 and 5',
  ],
  [
    'bounds that only the defaults turn upside down',
    `${MQTT}defaults: {valid: {min: 0}}\nstreams:\n  - topic: a\n    valid: {max: -5}\n`,
    '5:12: streams[0].valid: min must be below max, here 0 and -5',
  ],
  [
    'bounds of a field that do not go with those of its entry',
    `${MQTT}streams:\n  - topic: a\n    valid: {min: 0}\n    fields: {t: {path: t, valid: {max: -1}}}\n`,
    '5:34: streams[0].fields.t.valid: min must be below max, here 0 and -1',
  ],
  [
    'bounds of an input upside down',
    `${MQTT}streams:\n  - topic: a\n    target: t\n    inputs: {o: {path: o, valid: {min: 3, max: 2}}}\n`,
    '5:34: streams[0].inputs.o.valid: min must be below max, here 3 and 2',
  ],
  [
    'a fault value that is no number',
    `${MQTT}defaults: {valid: {not: [-127, x]}}\n${STREAM}`,
    "2:32: defaults.valid.not[1]: expected a number in the sensor's unit",
  ],
  [
    'an unknown bound',
    `${MQTT}defaults: {valid: {minimum: 1}}\n${STREAM}`,
    '2:20: defaults.valid.minimum: unknown option; did you mean min?',
  ],
  [
    'a bound that is no number',
    `${MQTT}defaults: {valid: {min: .inf, not: []}}\n${STREAM}`,
    "2:25: defaults.valid.min: expected a number in the sensor's unit",
    '2:36: defaults.valid.not: name at least one number',
  ],
  [
    'a hold-off that is neither',
    `${MQTT}defaults: {anomaly: {hold_off: soon}}\n${STREAM}`,
    `2:32: defaults.anomaly.hold_off: expected a whole number of readings from 0 to 1000000, or a duration from 1s to 365d, ${DURATION}`,
  ],
  [
    'a duration without unit',
    `mqtt: {server: mqtt://h, keepalive: 60}\n${STREAM}`,
    `1:37: mqtt.keepalive: expected a duration from 5s to 18h, ${DURATION}`,
  ],
  [
    'a duration out of range',
    `${MQTT}health: {interval: 2d}\n${STREAM}`,
    `2:20: health.interval: expected a duration from 1s to 1d, ${DURATION}`,
  ],
  [
    '0 where it is not allowed',
    `${MQTT}health: {interval: 0}\n${STREAM}`,
    `2:20: health.interval: expected a duration from 1s to 1d, ${DURATION}`,
  ],
  [
    'a size without unit',
    `${MQTT}limits: {payload: 65536}\n${STREAM}`,
    '2:19: limits.payload: expected a size from 16B to 16MB, written like 512B, 64KB or 1MB',
  ],
  [
    'a fraction',
    `${MQTT}limits: {streams: 1.5}\n${STREAM}`,
    '2:19: limits.streams: expected a whole number from 1 to 100000',
  ],
  [
    'a negative number',
    `${MQTT}limits: {queue: -1}\n${STREAM}`,
    '2:17: limits.queue: expected a whole number from 1 to 1000000',
  ],
  [
    'NaN',
    `${MQTT}defaults: {interval: .nan}\n${STREAM}`,
    '2:22: defaults.interval: expected a number from 0.5 to 0.99',
  ],
  [
    'infinity',
    `${MQTT}defaults: {model: {learning_rate: .inf}}\n${STREAM}`,
    '2:35: defaults.model.learning_rate: expected auto, or a number from 0.000001 to 1',
  ],
  [
    'a flag that is none',
    `${MQTT}defaults: {time: {sanity: maybe}}\n${STREAM}`,
    '2:27: defaults.time.sanity: expected on or off (yes, no, true and false are fine too)',
  ],
  ['QoS 3', `mqtt: {server: mqtt://h, qos: 3}\n${STREAM}`, '1:31: mqtt.qos: expected a whole number from 0 to 2'],
  [
    'a server without scheme',
    `mqtt: {server: 'localhost:1883'}\n${STREAM}`,
    '1:16: mqtt.server: expected a URL with a scheme in front, such as mqtt://localhost:1883',
  ],
  ['a certificate without key', `mqtt: {server: mqtts://h, cert: c.pem}\n${STREAM}`, '1:33: mqtt.cert: needs mqtt.key'],
  [
    'a certificate authority without TLS',
    `mqtt: {server: mqtt://h, ca: c.pem}\n${STREAM}`,
    '1:30: mqtt.ca: has no effect without TLS: use mqtts:// or wss:// in mqtt.server',
  ],
  [
    'a password without user',
    `mqtt:\n  server: mqtt://h\n  password: xyz\n${STREAM}`,
    '3:13: mqtt.password: needs mqtt.user',
  ],
  [
    'a base topic with wildcard',
    `mqtt: {server: mqtt://h, base_topic: a/+}\n${STREAM}`,
    '1:38: mqtt.base_topic: must not hold the wildcards + and #',
  ],
  [
    'a base topic of the broker',
    `mqtt: {server: mqtt://h, base_topic: $SYS/x}\n${STREAM}`,
    '1:38: mqtt.base_topic: must not begin with $: those topics belong to the broker',
  ],
  [
    'a filter with # inside',
    `${MQTT}streams: [{topic: a/#/b}]\n`,
    '2:19: streams[0].topic: # must be the last level, alone: plant/# (MQTT 4.7.1)',
  ],
  [
    'a filter with + in a word',
    `${MQTT}streams: [{topic: a/b+}]\n`,
    '2:19: streams[0].topic: + must stand alone in its level: plant/+/temp (MQTT 4.7.1)',
  ],
  ['an empty topic', `${MQTT}streams: [{topic: ''}]\n`, '2:19: streams[0].topic: must not be empty'],
  [
    'our own output as input',
    `${MQTT}streams: [{topic: tidegate/a}]\n`,
    '2:19: streams[0].topic: lies below mqtt.base_topic (tidegate): our own output is never an input',
  ],
  [
    'our own output under another base',
    `mqtt: {server: mqtt://h, base_topic: x/y}\nstreams: [{topic: x/y/+/forecast}]\n`,
    '2:19: streams[0].topic: lies below mqtt.base_topic (x/y): our own output is never an input',
  ],
  [
    'labels of our own output',
    `${MQTT}streams: [{topic: a/+, classify: {label_topic: tidegate/+}}]\n`,
    '2:48: streams[0].classify.label_topic: lies below mqtt.base_topic (tidegate): our own output is never an input',
  ],
  [
    'labels whose topic does not say which stream',
    `${MQTT}streams: [{topic: a/+, classify: {label_topic: b}}]\n`,
    '2:48: streams[0].classify.label_topic: needs the same wildcards as the topic a/+, in the same order',
  ],
  [
    'a label topic that is no filter',
    `${MQTT}streams: [{topic: a, classify: {label_topic: b#}}]\n`,
    '2:46: streams[0].classify.label_topic: # must be the last level, alone: plant/# (MQTT 4.7.1)',
  ],
  [
    'labels in the messages of automatic choice',
    `${MQTT}streams: [{topic: a, classify: {label_topic: a, label_path: b}}]\n`,
    '2:46: streams[0].classify.label_topic: is the topic itself: name the target, so that the label is not read as one',
  ],
  [
    'paths of labels without their topic',
    `${MQTT}streams: [{topic: a, classify: {label_path: b, from: c}}]\n`,
    '2:33: streams[0].classify.label_path: needs classify.label_topic',
    '2:48: streams[0].classify.from: needs classify.label_topic',
  ],
  [
    'an id for many topics',
    `${MQTT}streams: [{topic: a/+, id: x}]\n`,
    '2:28: streams[0].id: needs a topic without + and #: every topic that matches would be the same stream',
  ],
  [
    'an id that a topic cannot hold',
    `${MQTT}streams: [{topic: a, id: x/set}]\n`,
    '2:26: streams[0].id: must not hold % nor begin with a level bridge or end with forecast, class, anomaly, availability or set',
  ],
  [
    'two streams of one id',
    `${MQTT}streams:\n  - {topic: a, id: x}\n  - {topic: b, id: x}\n`,
    '4:5: streams[1]: makes the stream x, as streams[0] does: give one another id, or remove it',
  ],
  [
    'an id that is the topic and path of another',
    `${MQTT}streams:\n  - {topic: a, target: b.c}\n  - {topic: z, id: a/b.c}\n`,
    '4:5: streams[1]: makes the stream a/b.c, as streams[0] does: give one another id, or remove it',
  ],
  [
    'one filter twice',
    `${MQTT}streams:\n  - topic: a/+\n  - topic: a/+\n`,
    '4:5: streams[1]: makes the stream a/%2B, as streams[0] does: give one another id, or remove it',
  ],
  ['a field twice', `${MQTT}streams:\n  - {topic: a, fields: [x, x]}\n`, '3:5: streams[0]: names the stream a/x twice'],
  [
    'target beside fields',
    `${MQTT}streams: [{topic: a, fields: [x], target: y}]\n`,
    '2:35: streams[0].target: is short for one field: use either target or fields',
  ],
  [
    'a path with an empty part',
    `${MQTT}streams: [{topic: a, fields: [x..y]}]\n`,
    '2:31: streams[0].fields[0]: expected a dotted path such as temperature or ENERGY.Power, without empty parts',
  ],
  [
    'a path to the prototype',
    `${MQTT}streams: [{topic: a, fields: [x.__proto__.y]}]\n`,
    '2:31: streams[0].fields[0]: __proto__ cannot be part of a path',
  ],
  [
    'inputs without target',
    `${MQTT}streams: [{topic: a, inputs: [x]}]\n`,
    '2:22: streams[0].inputs: join one field: name it with target',
  ],
  [
    'inputs beside fields',
    `${MQTT}streams:\n  - topic: a\n    fields: [t]\n    inputs: [x]\n`,
    '5:5: streams[0].inputs: join one field: name it with target, in place of fields',
  ],
  [
    'the target among its inputs',
    `${MQTT}streams:\n  - topic: a\n    target: t.u\n    inputs: [x, t.u]\n`,
    '5:17: streams[0].inputs[1]: is the target: its own past is always an input',
  ],
  [
    'the target among its inputs, by another name',
    `${MQTT}streams:\n  - topic: a\n    target: t\n    inputs:\n      x: {path: t, map: {on: 1}}\n`,
    '6:17: streams[0].inputs.x.path: is the target: its own past is always an input',
  ],
  [
    'an input twice',
    `${MQTT}streams:\n  - topic: a\n    target: t\n    inputs: [x, y, x]\n`,
    '5:20: streams[0].inputs[2]: is named twice',
  ],
  [
    'an input twice, under two names',
    `${MQTT}streams:\n  - topic: a\n    target: t\n    inputs:\n      one: {path: x, map: {on: 1}}\n      two: {path: x, map: {on: 1}}\n`,
    '7:19: streams[0].inputs.two.path: is named twice',
  ],
  [
    'no inputs',
    `${MQTT}streams: [{topic: a, target: t, inputs: []}]\n`,
    '2:41: streams[0].inputs: name at least one input',
  ],
  [
    'too many inputs',
    `${MQTT}streams: [{topic: a, target: t, inputs: [${Array.from({ length: 17 }, (_, i) => `x${i}`).join(', ')}]}]\n`,
    '2:41: streams[0].inputs: at most 16 inputs',
  ],
  [
    'inputs that are no paths',
    `${MQTT}streams:\n  - topic: a\n    target: t\n    inputs: [x..y, 5]\n`,
    '5:14: streams[0].inputs[0]: expected a dotted path such as temperature or ENERGY.Power, without empty parts',
    '5:20: streams[0].inputs[1]: expected a dotted path such as temperature or ENERGY.Power',
  ],
  [
    'inputs as a text',
    `${MQTT}streams: [{topic: a, target: t, inputs: x}]\n`,
    '2:41: streams[0].inputs: expected a list of paths, or names with their paths',
  ],
  [
    'an input without a path, and one with a mistyped option',
    `${MQTT}streams:\n  - topic: a\n    target: t\n    inputs:\n      x: {map: {on: 1}}\n      y: {pth: y}\n`,
    '6:7: streams[0].inputs.x.path: is required',
    '7:7: streams[0].inputs.y.path: is required',
    '7:11: streams[0].inputs.y.pth: unknown option; did you mean path?',
  ],
  [
    'mistyped inputs, and inputs among the defaults',
    `${MQTT}defaults: {inputs: [x]}\nstreams: [{topic: a, target: t, input: [x]}]\n`,
    '2:12: defaults.inputs: unknown option; it belongs to an entry of streams:',
    '3:33: streams[0].input: unknown option; did you mean inputs?',
  ],
  [
    'a target of constructor',
    `${MQTT}streams: [{topic: a, target: constructor}]\n`,
    '2:30: streams[0].target: constructor cannot be part of a path',
  ],
  [
    'a time path of prototype',
    `${MQTT}streams: [{topic: a, time: {path: a.prototype}}]\n`,
    '2:35: streams[0].time.path: prototype cannot be part of a path',
  ],
  [
    'a field named __proto__',
    `${MQTT}streams: [{topic: a, fields: {__proto__: x, y: z}}]\n`,
    '2:31: streams[0].fields.__proto__: cannot be used as a name',
  ],
  [
    'a text named __proto__',
    `${MQTT}streams: [{topic: a, fields: {x: {map: {__proto__: 1, y: 2}}}}]\n`,
    '2:41: streams[0].fields.x.map.__proto__: cannot be used as a name',
  ],
  [
    'a map to texts',
    `${MQTT}streams: [{topic: a, fields: {x: {map: {ON: one}}}}]\n`,
    '2:45: streams[0].fields.x.map.ON: expected a number for this text, as in ON: 1',
  ],
  [
    'a map to infinity',
    `${MQTT}streams: [{topic: a, fields: {x: {map: {ON: .inf}}}}]\n`,
    '2:45: streams[0].fields.x.map.ON: expected a finite number',
  ],
  [
    'an unknown option of a field',
    `${MQTT}streams: [{topic: a, fields: {x: {pth: y}}}]\n`,
    '2:35: streams[0].fields.x.pth: unknown option; did you mean path?',
  ],
  [
    'fields of another kind',
    `${MQTT}streams: [{topic: a, fields: all}]\n`,
    '2:30: streams[0].fields: expected auto, a list of paths, or names with their paths',
  ],
  [
    'a step that is none',
    `${MQTT}streams: [{topic: a, step: off}]\n`,
    `2:28: streams[0].step: expected message, or a duration from 10ms to 1d, ${DURATION}`,
  ],
  [
    'a horizon in time without grid',
    `${MQTT}streams: [{topic: a, horizons: [1, 15m]}]\n`,
    '2:36: streams[0].horizons[1]: a horizon in time needs a step in time (step: 5m); with step: message it is a number of messages',
  ],
  [
    'a horizon that is no multiple',
    `${MQTT}streams: [{topic: a, step: 10m, horizons: [15m]}]\n`,
    '2:44: streams[0].horizons[0]: must be a multiple of the step',
  ],
  [
    'a horizon too far in time',
    `${MQTT}streams: [{topic: a, step: 1m, horizons: [5h]}]\n`,
    '2:43: streams[0].horizons[0]: is 300 steps; a horizon is at most 288 steps',
  ],
  [
    'a horizon too far in steps',
    `${MQTT}streams: [{topic: a, horizons: [289]}]\n`,
    '2:33: streams[0].horizons[0]: expected a whole number from 1 to 288',
  ],
  [
    'a horizon of now',
    `${MQTT}streams: [{topic: a, step: 1m, horizons: [0s]}]\n`,
    '2:43: streams[0].horizons[0]: must be a multiple of the step',
  ],
  [
    'one horizon twice',
    `${MQTT}streams: [{topic: a, step: 5m, horizons: [3, 15m]}]\n`,
    '2:46: streams[0].horizons[1]: is the same horizon as 3',
  ],
  [
    'seventeen horizons',
    `${MQTT}streams: [{topic: a, horizons: [${Array.from({ length: 17 }, (_, i) => i + 1).join(', ')}]}]\n`,
    '2:32: streams[0].horizons: at most 16 horizons',
  ],
  [
    'no horizon',
    `${MQTT}streams: [{topic: a, horizons: []}]\n`,
    '2:32: streams[0].horizons: name at least one horizon',
  ],
  [
    'a gap shorter than the step',
    `${MQTT}streams: [{topic: a, step: 5m, gap: {after: 1m}}]\n`,
    '2:45: streams[0].gap.after: must not be shorter than the step',
  ],
  [
    'an unknown time zone',
    `${MQTT}streams: [{topic: a, time: {zone: Mars/Base}}]\n`,
    '2:35: streams[0].time.zone: is no time zone that this computer knows; expected system or a name such as Europe/Berlin',
  ],
  [
    'updates further apart than they look back',
    `${MQTT}streams: [{topic: a, model: {bptt: {every: 64}}}]\n`,
    '2:44: streams[0].model.bptt.every: must not be longer than model.bptt.window: samples between two updates would never be learned',
  ],
  [
    'an expert twice',
    `${MQTT}streams: [{topic: a, model: {experts: [last_value, last_value]}}]\n`,
    '2:39: streams[0].model.experts: names an expert twice',
  ],
  [
    'an expert that is none',
    `${MQTT}streams: [{topic: a, model: {experts: [last_vale]}}]\n`,
    '2:40: streams[0].model.experts[0]: expected one of last_value, linear, lstm_residual, lstm_direct, seasonal_day, seasonal_week; did you mean last_value?',
  ],
  [
    'a number where text is meant',
    `mqtt: {server: mqtt://h, user: 12}\n${STREAM}`,
    '1:32: mqtt.user: expected text (put it in quotes if it looks like a number)',
  ],
  [
    'a list as a section',
    `${MQTT}defaults: {model: []}\n${STREAM}`,
    '2:19: defaults.model: expected a mapping (lines of key: value)',
  ],
  [
    'a list whose methods have the names of options',
    `${MQTT}streams: [{topic: a, model: {bptt: [1]}}]\n`,
    '2:36: streams[0].model.bptt: expected a mapping (lines of key: value)',
  ],
  [
    'a list as a field',
    `${MQTT}streams: [{topic: a, fields: {x: []}}]\n`,
    '2:34: streams[0].fields.x: expected a mapping (lines of key: value)',
  ],
  ['a key twice', `${MQTT}${STREAM}mqtt: {server: mqtt://i}\n`, '3:1: Map keys must be unique'],
  [
    'an open bracket',
    `${MQTT}streams: [{topic: a}\n`,
    '3:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a tab', 'mqtt:\n\tserver: x\n', '2:1: begins with a tab: YAML is indented by blanks'],
  [
    'an unknown tag',
    `${MQTT}streams: [{topic: !secret a}]\n`,
    '2:19: unknown tag; known are !env NAME, !env NAME default and !file path',
  ],
  [
    'an alias without anchor',
    `${MQTT}streams: [*a]\n`,
    '2:11: an alias has no anchor before it, holds itself, or repeats too much',
  ],
  [
    'an alias to itself',
    `${MQTT}defaults: &d {model: *d}\nstreams: [*d]\n`,
    '2:22: an alias has no anchor before it, holds itself, or repeats too much',
  ],
  [
    'a variable that is not set',
    `mqtt: {server: !env BROKER}\n${STREAM}`,
    '1:16: the environment variable after !env is not set',
  ],
  [
    'a tag without a name',
    `mqtt: {server: mqtt://h, user: !env 1}\n${STREAM}`,
    '1:32: expected !env NAME or !env NAME default',
  ],
];

describe('a wrong file', () => {
  it.each(WRONG_FILES)('names place and fault: %s', (_name, text, ...problems) => {
    expect(problemsOf(text)).toEqual(problems.map((problem) => `tidegate.yaml:${problem}`));
    expect(errorOf(() => parse(text)).code).toBe('TG_CONFIG_INVALID');
  });

  it('cannot make aliases multiply without end', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}]`);
    const [problem] = problemsOf(`l0: &l0 [a]\n${levels.join('\n')}\n`);
    expect(problem).toMatch(/repeats too much$/);
  });

  it.each([['['], ['- '], ['{a: '], ['? ']])('survives deep nesting of %j', (opening) => {
    expect(errorOf(() => parse(opening.repeat(5_000))).code).toBe('TG_CONFIG_INVALID');
  });
});
