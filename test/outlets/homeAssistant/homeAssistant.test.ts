import { describe, expect, it } from 'vitest';
import { isOutputPayload } from '../../../src/adapters/mqtt/inbound/ownOutput.ts';
import { ByteRange } from '../../../src/domain/byteRange.ts';
import type { ClassAnswer } from '../../../src/domain/forecast.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { everyMessage, idOf, settingsWith } from '../../pipeline/samples.ts';
import { fakeTimers } from '../../support/fakeTimers.ts';
import { type Announcement, announcingConfig, HomeAssistantStage } from './homeAssistantStage.ts';

fakeTimers();

const STATUS = 'homeassistant/status';
const CONFIG = 'homeassistant/+/+/+/config';
const CLASSIFY = { classes: ['wash', 'spin'], delay: toDurationMs(0), longestLag: undefined, dwell: { rows: 1 } };
const PLUG = { topic: 'z/plug', path: 'power', unit: 'W', isSilent: false };

/** The announcement of the stream, and not that of the daemon. */
function ofStream(announced: ReadonlyMap<string, Announcement | undefined>): Announcement {
  const found = [...announced].find(([name, told]) => name !== 'tidegate' && told !== undefined);
  if (found?.[1] === undefined) throw new Error(`announced: ${[...announced.keys()].join(', ')}`);
  return found[1];
}

function connected(stage = new HomeAssistantStage().start()): HomeAssistantStage {
  stage.stage.connected$.next(true);
  return stage;
}

it('announces what is known as ours by its entities, in whatever topic it comes back', async () => {
  const stage = connected();
  stage.forecast('z/plug/power', PLUG);
  const announced = (await stage.passing(10)).filter(({ topic }) => topic.startsWith('homeassistant/'));
  const isOurs = announced.map(({ payload }) => isOutputPayload(ByteRange.of(Buffer.from(String(payload)))));
  expect(isOurs).toEqual([true, true]);
});

describe('discovery', () => {
  it('is off without the option', async () => {
    const stage = new HomeAssistantStage().start({
      ...announcingConfig(),
      homeAssistant: { discovery: false, prefix: 'homeassistant', statusTopic: STATUS },
    });
    stage.stage.connected$.next(true);
    stage.forecast('z/plug/power', PLUG);
    expect(await stage.passing(20)).toEqual([]);
    expect(stage.mayRetain('homeassistant/device/tidegate/config')).toBe(false);
  });

  it('announces the daemon, and a stream in a device of its source below it', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    const announced = await stage.announced();
    expect([...announced.keys()]).toEqual(['tidegate', expect.stringMatching(/^tidegate_z_plug_power_[\da-f]{12}$/)]);
    const { device, components, availability } = ofStream(announced);
    expect(device).toMatchObject({ name: 'z plug', via_device: 'tidegate' });
    expect(availability.map(({ topic }) => topic)).toEqual([
      'tidegate/bridge/state',
      'tidegate/z/plug/power/availability',
    ]);
    expect(components['forecast_1']).toMatchObject({
      platform: 'sensor',
      name: 'Power forecast 1 ahead',
      unit_of_measurement: 'W',
      device_class: 'power',
      expire_after: 3600,
      default_entity_id: 'sensor.z_plug_power_forecast_1',
    });
    expect(components['forecast_1']).not.toHaveProperty('state_class');
    expect(components['anomaly']).toMatchObject({ platform: 'binary_sensor', device_class: 'problem' });
    expect(components['upper_1']).toMatchObject({ enabled_by_default: false });
    expect(Object.keys(components)).toEqual(
      expect.arrayContaining(['anomaly_score', 'skill', 'state', 'learning', 'forget', 'normal']),
    );
    expect(components).not.toHaveProperty('label');
    expect(Object.keys(announced.get('tidegate')?.components ?? {})).toEqual(
      expect.arrayContaining([
        'connection',
        'version',
        'streams',
        'readings',
        'learning_share',
        'memory',
        'dropped',
        'learning',
        'save',
      ]),
    );
  });

  it('has one device for the streams of one source', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    stage.forecast('z/plug/energy', { ...PLUG, path: 'energy', unit: 'kWh' });
    const devices = [...(await stage.announced())]
      .filter(([name]) => name !== 'tidegate')
      .map(([, told]) => told?.device);
    expect(devices).toHaveLength(2);
    expect(devices[0]).toEqual(devices[1]);
  });

  it('reads an empty payload, which takes a retained one from the broker, as nothing or as unknown', async () => {
    const stage = connected();
    stage.settings.set('z/plug/power', { ...settingsWith(everyMessage), classify: CLASSIFY });
    const answer = { label: 'wash', classes: ['wash', 'spin'], probabilities: [1, 0], since: toEpochMs(0) };
    stage.forecast('z/plug/power', PLUG, { classAnswer: { ...answer, source: 'net', scores: null } });
    const all = [...(await stage.announced()).values()].flatMap((told) => Object.values(told?.components ?? {}));
    const templated = all.filter((component) => 'value_template' in component);
    expect(templated.length).toBeGreaterThan(15);
    for (const { value_template, device_class, platform } of templated) {
      // Home Assistant warns where an enum becomes an empty text.
      const isEnum = platform === 'sensor' && device_class === 'enum';
      expect(value_template).toMatch(
        isEnum
          ? /^\{\{ \(.*\) if value_json is mapping else None \}\}$/
          : /^\{\{ \(.*\) if value_json is mapping \}\}$/,
      );
    }
  });

  it('leaves out what nobody may ask for', async () => {
    const stage = new HomeAssistantStage().start(announcingConfig('bridge: {read_only: on}\n'));
    connected(stage).forecast('z/plug/power', PLUG);
    const announced = await stage.announced();
    const all = [...announced.values()].flatMap((told) => Object.values(told?.components ?? {}));
    expect(new Set(all.map(({ platform }) => platform))).toEqual(new Set(['sensor', 'binary_sensor']));
  });

  it('says that the stream is there once Home Assistant can have heard of it, and each ten minutes', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    const said = async (seconds: number) =>
      (await stage.passing(seconds))
        .filter(({ topic }) => topic.endsWith('/availability'))
        .map(({ payload }) => payload);
    expect(await said(60)).toEqual(Array(3).fill('{"state":"online"}'));
    stage.forecast('z/plug/power');
    expect(await said(600)).toEqual([]);
    stage.sensors.set('z/plug/power', { ...PLUG, isSilent: true });
    stage.forecast('z/plug/power');
    expect(await said(1)).toEqual(['{"state":"offline"}']);
  });
});

describe('a device that its own program announces', () => {
  const zigbee = JSON.stringify({
    device: { identifiers: ['zigbee2mqtt_0x01'], name: 'Plug' },
    state_topic: 'z/plug',
    unique_id: 'x',
  });

  it('is joined', async () => {
    const stage = connected();
    stage.tell(CONFIG, 'homeassistant/sensor/0x01/power/config', zigbee, true);
    stage.forecast('z/plug/power', PLUG);
    expect(ofStream(await stage.announced()).device).toEqual({ identifiers: ['zigbee2mqtt_0x01'], name: 'Plug' });
  });

  it('is remembered where the broker keeps no announcement for the next process', async () => {
    const first = connected();
    first.tell(CONFIG, 'homeassistant/sensor/0x01/power/config', zigbee);
    first.forecast('z/plug/power', PLUG);
    const announced = await first.announced();
    await first.stop();
    const second = connected(new HomeAssistantStage(first.stage.notes).start());
    second.forecast('z/plug/power', PLUG);
    expect(ofStream(await second.announced()).device).toEqual(ofStream(announced).device);
  });

  it('is joined later by entities that are taken back first', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    const [, [name]] = [...(await stage.announced())];
    stage.tell(CONFIG, 'homeassistant/sensor/0x01/power/config', zigbee);
    expect([...(await stage.announced(4))]).toEqual([[name, undefined]]);
    expect(ofStream(await stage.announced(10)).device).toMatchObject({ identifiers: ['zigbee2mqtt_0x01'] });
  });
});

describe('everything is announced again', () => {
  it.each(['birth', 'connection'])('with each %s', async (what) => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    const before = await stage.announced();
    expect(await stage.announced(60)).toEqual(new Map());
    if (what === 'birth') stage.tell(STATUS, STATUS, 'online');
    else for (const is of [false, true]) stage.stage.connected$.next(is);
    expect(await stage.announced()).toEqual(before);
  });

  it('with no birth message that the broker had kept, and none that is none', async () => {
    const stage = connected();
    await stage.passing(10);
    stage.tell(STATUS, STATUS, 'online', true);
    stage.tell(STATUS, STATUS, 'offline');
    expect(await stage.passing(10)).toEqual([]);
  });

  it('says who is there to a broker that keeps nothing', async () => {
    const stage = connected();
    await stage.passing(10);
    stage.tell(STATUS, STATUS, 'online');
    const [first] = await stage.passing(5);
    expect(first).toMatchObject({ topic: 'tidegate/bridge/state', payload: '{"state":"online"}', retain: true });
  });
});

describe('what is no more', () => {
  it('is taken back with its stream', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    const [, [name]] = [...(await stage.announced())];
    stage.stage.streams$.next({ kind: 'evicted', stream: idOf('z/plug/power') });
    expect(await stage.announced(200)).toEqual(new Map());
    expect([...(await stage.announced(120))]).toEqual([[name, undefined]]);
    stage.forecast('z/plug/power');
    expect(await stage.announced()).toEqual(new Map());
  });

  it('stays where the stream only begins anew', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG);
    await stage.announced();
    for (const kind of ['evicted', 'started'] as const)
      stage.stage.streams$.next({ kind, stream: idOf('z/plug/power') });
    stage.forecast('z/plug/power', PLUG);
    expect(await stage.announced(400)).toEqual(new Map());
  });

  it('is named where it was an entity of the process before, for half a minute', async () => {
    const first = connected();
    first.settings.set('z/plug/power', {
      ...settingsWith(everyMessage),
      horizons: [1, 2].map((steps) => ({ label: `${steps}`, steps })),
    });
    first.forecast('z/plug/power', PLUG);
    expect(ofStream(await first.announced()).components).toHaveProperty('forecast_2');
    await first.stop();
    const second = connected(new HomeAssistantStage(first.stage.notes).start());
    second.forecast('z/plug/power', PLUG);
    const { components } = ofStream(await second.announced());
    expect(components['forecast_2']).toEqual({ platform: 'sensor' });
    expect(components['lower_2']).toEqual({ platform: 'sensor' });
    expect(ofStream(await second.announced(60)).components).not.toHaveProperty('forecast_2');
    await second.stop();
    const third = connected(new HomeAssistantStage(second.stage.notes).start());
    third.forecast('z/plug/power', PLUG);
    expect(ofStream(await third.announced()).components).not.toHaveProperty('forecast_2');
  });

  it('is taken back at the next start where the configuration has it no more', async () => {
    const first = connected();
    first.forecast('z/plug/power', PLUG);
    first.forecast('gone/plug', { topic: 'gone/plug' });
    const topics = [...(await first.announced()).keys()];
    await first.stop();
    const second = new HomeAssistantStage(first.stage.notes).start();
    second.stage.connected$.next(true);
    const gone = topics.filter((topic) => topic.includes('gone'));
    expect([...(await second.announced(2))]).toEqual([[gone[0], undefined]]);
    expect(topics.filter((topic) => second.mayRetain(`homeassistant/device/${topic}/config`))).toHaveLength(2);
  });
});

describe('the identity of a stream', () => {
  const uniques = ({ components }: Announcement) => Object.values(components).map(({ unique_id }) => unique_id);

  it('is that of its source: under another name it keeps it', async () => {
    const first = connected();
    first.forecast('z/plug/power', PLUG);
    const before = await first.announced();
    await first.stop();
    const second = connected(new HomeAssistantStage(first.stage.notes).start());
    second.forecast('renamed', PLUG);
    const after = await second.announced();
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(uniques(ofStream(after))).toEqual(uniques(ofStream(before)));
    expect(ofStream(after).components['forecast_1']).toMatchObject({ json_attributes_topic: 'tidegate/renamed' });
  });

  it('is one for each of two streams of one field, whichever comes first', async () => {
    const first = connected();
    for (const name of ['fast', 'slow']) first.forecast(name, PLUG);
    const idsOf = (announced: ReadonlyMap<string, Announcement | undefined>) =>
      new Map(
        [...announced].map(([topic, told]) => [told?.components['forecast_1']?.['json_attributes_topic'], topic]),
      );
    const before = idsOf(await first.announced());
    expect(before.size).toBe(3);
    await first.stop();
    const second = new HomeAssistantStage(first.stage.notes);
    for (const name of ['fast', 'slow']) second.sensors.set(name, PLUG);
    connected(second.start());
    for (const stream of ['slow', 'fast']) second.stage.streams$.next({ kind: 'started', stream: idOf(stream) });
    for (const name of ['slow', 'fast']) second.forecast(name, PLUG);
    expect([...idsOf(await second.announced())].sort()).toEqual([...before].sort());
  });
});

describe('many streams', () => {
  const plugs = (count: number) => Array.from({ length: count }, (_, i) => ({ ...PLUG, topic: `z/plug${i}` }));

  it('are announced a few each second, also again, and noted at most each ten seconds', async () => {
    const stage = connected();
    let writes = 0;
    const set = stage.stage.notes.set.bind(stage.stage.notes);
    stage.stage.notes.set = (...note) => {
      writes++;
      return set(...note);
    };
    for (const plug of plugs(200)) stage.forecast(`${plug.topic}/power`, plug);
    await stage.announced(3);
    const first = (await stage.passing(1)).filter(({ topic }) => topic.startsWith('homeassistant/'));
    expect(first).toHaveLength(20);
    expect((await stage.announced(16)).size).toBeGreaterThan(150);
    expect(writes).toBeLessThan(4);
    stage.tell(STATUS, STATUS, 'online');
    expect((await stage.announced(15)).size).toBe(201);
  });

  it('that a broker takes slowly are all announced', async () => {
    const stage = connected();
    for (const plug of plugs(30)) stage.forecast(`${plug.topic}/power`, plug);
    let message = 0;
    stage.takes = () => message++ % 3 === 0;
    expect((await stage.announced(200)).size).toBe(31);
  });

  it('declare themselves without a look at all the others', async () => {
    const stage = connected();
    for (const plug of plugs(1000)) stage.forecast(`${plug.topic}/power`, plug);
    stage.asked = 0;
    for (const { topic } of plugs(1000)) stage.stage.events$.next({ type: 'SensorDeclared', topic });
    expect(stage.asked).toBeLessThan(10_000);
  });
});

describe('classes', () => {
  const classify = CLASSIFY;
  const answer: ClassAnswer = {
    label: 'wash',
    classes: ['wash', 'none', 'dry'],
    probabilities: [0.5, 0.25, 0.25],
    since: toEpochMs(0),
    source: 'net',
    scores: null,
  };

  it('are an enum, and can be taught', async () => {
    const stage = connected();
    stage.settings.set('z/plug/power', { ...settingsWith(everyMessage), classify });
    stage.forecast('z/plug/power', PLUG, { classAnswer: answer });
    const { components } = ofStream(await stage.announced());
    expect(components['class']).toMatchObject({ device_class: 'enum', options: ['wash', 'spin'] });
    expect(components['label']).toMatchObject({ platform: 'select', options: ['wash', 'spin'] });
  });

  it('appear where they are configured while the daemon runs', async () => {
    const stage = connected();
    const before = settingsWith(everyMessage);
    stage.settings.set('z/plug/power', before);
    stage.forecast('z/plug/power', PLUG);
    expect(ofStream(await stage.announced()).components).not.toHaveProperty('class');
    stage.settings.set('z/plug/power', { ...before, classify });
    stage.forecast('z/plug/power');
    expect(ofStream(await stage.announced()).components).toHaveProperty('label');
    stage.forecast('z/plug/power');
    expect(await stage.announced()).toEqual(new Map());
  });

  it('have no entity before one was told, and keep it from then on, in the next process too', async () => {
    const stage = connected();
    stage.settings.set('z/plug/power', { ...settingsWith(everyMessage), classify });
    stage.forecast('z/plug/power', PLUG);
    const { components } = ofStream(await stage.announced());
    expect(components).not.toHaveProperty('class');
    expect(components['label']).toMatchObject({ platform: 'select', options: ['wash', 'spin'] });
    stage.forecast('z/plug/power', PLUG, { classAnswer: answer });
    expect(ofStream(await stage.announced()).components).toHaveProperty('class');
    stage.forecast('z/plug/power');
    expect(await stage.announced()).toEqual(new Map());
    await stage.stop();
    const next = connected(new HomeAssistantStage(stage.stage.notes).start());
    next.settings.set('z/plug/power', { ...settingsWith(everyMessage), classify });
    next.forecast('z/plug/power', PLUG);
    // One with its platform alone would be taken back.
    expect(ofStream(await next.announced()).components['class']).toMatchObject({ device_class: 'enum' });
  });

  it('that are open follow what was taught', async () => {
    const stage = connected();
    stage.settings.set('z/plug/power', { ...settingsWith(everyMessage), classify: { ...classify, classes: 'open' } });
    stage.forecast('z/plug/power', PLUG);
    expect(ofStream(await stage.announced()).components).not.toHaveProperty('label');
    stage.forecast('z/plug/power', PLUG, { classAnswer: answer });
    const { components } = ofStream(await stage.announced());
    expect(components['class']).not.toHaveProperty('options');
    // Home Assistant takes `none` for no choice.
    expect(components['label']).toMatchObject({ options: ['wash', 'dry'] });
  });
});

describe('decimals of forecasts', () => {
  const shownOf = async (stage: HomeAssistantStage) => {
    const told = (await stage.announced()).values();
    const all = [...told].flatMap((it) => Object.entries(it?.components ?? {}));
    return Object.fromEntries(
      all.flatMap(([name, { suggested_display_precision: shown }]) => (/_1$/.test(name) ? [[name, shown]] : [])),
    );
  };
  const all = (decimals: number) => ({ forecast_1: decimals, lower_1: decimals, upper_1: decimals });

  it.each([
    [20.5, 0.1, 1],
    [20, 0.1, 1],
    [20, 1, 0],
    [20.123456789012, 0.01, 2],
    [0.1 + 0.2, 0.1, 1],
  ])('are those of the source: %s in steps of %s', async (value, resolution, decimals) => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG, { value, resolution });
    expect(await shownOf(stage)).toEqual(all(decimals));
  });

  it('only grow, so that readings do not lead to announcements; a gap tells nothing', async () => {
    const stage = connected();
    stage.forecast('z/plug/power', PLUG, { value: null, resolution: 0 });
    expect(await shownOf(stage)).toEqual({ forecast_1: undefined, lower_1: undefined, upper_1: undefined });
    stage.forecast('z/plug/power', PLUG, { value: 20, resolution: 1 });
    expect(await shownOf(stage)).toEqual(all(0));
    stage.forecast('z/plug/power', PLUG, { value: 20.25, resolution: 0.25 });
    expect(await shownOf(stage)).toEqual(all(2));
    for (const value of [20, 21.5, 20.25]) stage.forecast('z/plug/power', PLUG, { value, resolution: 0.25 });
    expect(await stage.announced()).toEqual(new Map());
  });
});
