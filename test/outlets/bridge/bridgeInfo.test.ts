import { expect, it } from 'vitest';
import { diff } from '../../../src/config/diff.ts';
import { createSettings } from '../../../src/config/settings.ts';
import { Bridge } from '../../../src/outlets/bridge/bridge.ts';
import { bridgeInfo } from '../../../src/outlets/bridge/bridgeInfo.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { parse } from '../../config/context.ts';
import { OutletStage } from '../../contract/outletContract.ts';

const CONFIG = parse(
  `mqtt:
  server: wss://broker.example/mqtt?token=QUERYSECRET
  user: USERSECRET
  password: PASSWORDSECRET
  client_id: pi
streams:
  - topic: sensors/+/state
  - id: boiler
    topic: boiler/temperature
    horizons: [1, 15m]
    step: 5m
threads: 3
`,
);

it('tells who we are and what we were told to do', () => {
  const info = JSON.parse(bridgeInfo(CONFIG, '1.2.3')) as Record<string, unknown>;
  expect(info).toMatchObject({
    version: '1.2.3',
    node: process.versions.node,
    arch: process.arch,
    threads: 3,
    mqtt: { server: 'wss://broker.example:443', base_topic: 'tidegate', client_id: 'pi', qos: 0, protocol: 'auto' },
    streams: [
      { id: null, topic: 'sensors/+/state', horizons: ['1'] },
      { id: 'boiler', topic: 'boiler/temperature', horizons: ['1', '15m'] },
    ],
  });
});

it('names the options that wait for a start', () => {
  expect(JSON.parse(bridgeInfo(CONFIG, '1.2.3', ['mqtt.server', 'boiler/temperature: fields']))).toMatchObject({
    restart_required: ['mqtt.server', 'boiler/temperature: fields'],
  });
});

it('tells what is in force after a change, not what the daemon began with', () => {
  const stage = new OutletStage();
  let now = CONFIG;
  const run = new OutletRun(new Bridge({ version: '1.2.3' }), stage.report);
  stage.connected$.next(true);
  run.start({ ...stage.shared, config: CONFIG, configNow: () => now });
  const settings = createSettings(CONFIG);
  const wanted = parse('mqtt: {server: "wss://broker.example"}\nstreams: [{topic: sensors/+/state, horizons: [1, 7]}]');
  const plan = diff(CONFIG, wanted);
  settings.apply(plan);
  settings.renew(plan);
  now = settings.config;
  stage.report({
    type: 'ConfigReloaded',
    live: '',
    streams: 'sensors/+/state: horizons',
    topics: '',
    link: '',
    restart: '',
  });
  const told = stage.published.map(({ payload }) => JSON.parse(String(payload)).streams[0].horizons);
  expect(told).toEqual([['1'], ['1', '7']]);
});

it('tells no secret: it is retained and everyone may read it', () => {
  expect(bridgeInfo(CONFIG, '1.2.3')).not.toMatch(/SECRET/);
});
