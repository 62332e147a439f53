import { describe, expect, it } from 'vitest';
import { AlarmKeeper } from '../../src/outlets/alarms/alarmKeeper.ts';
import { AlarmRecord } from '../../src/outlets/alarms/alarmRecord.ts';
import { Bridge } from '../../src/outlets/bridge/bridge.ts';
import { BridgeLogging } from '../../src/outlets/bridge/bridgeLogging.ts';
import { BridgeEvents } from '../../src/outlets/bridge/events/bridgeEvents.ts';
import { LearningState } from '../../src/outlets/bridge/learningState.ts';
import { Requests } from '../../src/outlets/bridge/requests/requests.ts';
import { StreamList } from '../../src/outlets/bridge/streamList.ts';
import { HomeAssistant } from '../../src/outlets/homeAssistant/homeAssistant.ts';
import { Metrics } from '../../src/outlets/metrics/metrics.ts';
import type { Outlet, OutletContext } from '../../src/outlets/outlet.ts';
import { OutletRun } from '../../src/outlets/outletRun.ts';
import { Page } from '../../src/outlets/page/page.ts';
import { Prompts } from '../../src/outlets/prompts/prompts.ts';
import { Results } from '../../src/outlets/results/results.ts';
import { DemoBoard } from '../../src/tools/demo/demoBoard.ts';
import { createDemoSensors, SENSOR_TIME_START } from '../../src/tools/demo/sensors/demoSensors.ts';
import { OutletStage, outletContract } from '../contract/outletContract.ts';
import { forecastOf, idOf } from '../pipeline/samples.ts';
import { inFakeTime } from '../support/fakeTimers.ts';
import { lend } from '../support/lent.ts';
import { announcing } from './homeAssistant/homeAssistantStage.ts';

describe('the outlet of results', () => outletContract(() => new Results()));
describe('the outlet of the bridge', () => outletContract(() => new Bridge({ version: '1.2.3' })));
describe('the list of streams', () => outletContract(() => new StreamList()));
describe('the outlet of requests', () => outletContract(() => new Requests({ version: '1.2.3' })));
describe('the keeper of alarms', () => outletContract(() => new AlarmKeeper(new AlarmRecord())));
describe('the prompts', () => outletContract(() => new Prompts()));
describe('the state of learning', () => outletContract(() => new LearningState()));
describe('the events of the bridge', () => outletContract(() => new BridgeEvents()));
describe('the log lines of the bridge', () => outletContract(() => new BridgeLogging()));
describe('the outlet of Home Assistant, off', () => outletContract(() => new HomeAssistant({ version: '1.2.3' })));
describe('the metrics', () => outletContract(() => new Metrics({ version: '1.2.3' })));
describe('the page', () => outletContract(() => new Page({ version: '1.2.3' })));
describe('the outlet of Home Assistant', () => outletContract(() => announcing()));
describe('the board of the demonstration', () =>
  outletContract(() => new DemoBoard(createDemoSensors({ seed: 1, start: SENSOR_TIME_START, faultWeeks: 1 }))));

describe('results and bridge together', () => {
  it('say who they are on each connection, and say goodbye in the opposite order', async () => {
    const stage = new OutletStage();
    const runs = [new Bridge({ version: '1.2.3' }), new Results()].map((outlet) => stage.run(outlet));
    const take = (): string[] => stage.published.splice(0).map(({ topic, payload }) => `${topic} ${payload}`);
    stage.connected$.next(true);
    expect(take()).toEqual([expect.stringMatching(/^tidegate\/bridge\/info \{"version":"1\.2\.3"/)]);
    stage.streams$.next({ kind: 'started', stream: idOf('a') });
    lend(forecastOf('a', 1), (forecast) => stage.forecasts$.next(forecast));
    expect(take()).toEqual([
      'tidegate/a/availability {"state":"online"}',
      expect.stringMatching(/^tidegate\/a \{"ts"/),
    ]);
    stage.connected$.next(false);
    stage.connected$.next(true);
    expect(take()).toEqual([
      expect.stringMatching(/^tidegate\/bridge\/info /),
      'tidegate/a/availability {"state":"online"}',
    ]);
    for (const run of runs.reverse()) await run.stop();
    expect(take()).toEqual([
      'tidegate/a/availability {"state":"offline"}',
      expect.stringMatching(/^tidegate\/bridge\/health \{"uptime_s"/),
    ]);
  });

  it('take the topics of a stream that goes from the broker within a second, and none of one that is here', async () => {
    await inFakeTime(async () => {
      const stage = new OutletStage();
      const run = stage.run(new Results());
      await stage.play();
      await run.stop();
      stage.retained.sweep(10);
      const cleared = stage.published.filter(({ payload }) => payload === '').map(({ topic }) => topic);
      expect(cleared.sort()).toEqual(['tidegate/b']);
    });
  });
});

describe('OutletRun', () => {
  it('reports an error under the name of the outlet, which goes on with the next value', () => {
    const stage = new OutletStage();
    const seen: boolean[] = [];
    stage.run({
      name: 'odd',
      start: ({ follow, connected$ }) =>
        follow(connected$, (isConnected) => {
          if (isConnected) throw new Error('no');
          seen.push(isConnected);
        }),
      stop: () => undefined,
    });
    for (const isConnected of [true, false]) stage.connected$.next(isConnected);
    expect([stage.failures, seen]).toEqual([['odd'], [false, false]]);
  });

  it('does not tell an outlet of its own failure, on which it would fail again', () => {
    const stage = new OutletStage();
    const told: string[] = [];
    stage.run({
      name: 'fails on events',
      start: ({ follow, eventsOf }) =>
        follow(eventsOf('OutletFailed', 'StoreRecovered'), () => {
          throw new Error('no');
        }),
      stop: () => undefined,
    });
    stage.run({
      name: 'reads events',
      start: ({ follow, eventsOf }) =>
        follow(eventsOf('OutletFailed', 'StoreRecovered'), ({ type }) => void told.push(type)),
      stop: () => undefined,
    });
    stage.report({ type: 'StoreRecovered' });
    expect(stage.failures).toEqual(['fails on events']);
    expect(told).toEqual(['OutletFailed', 'StoreRecovered']);
  });

  it('lets the last messages out before the stop returns, and drops later ones', async () => {
    const stage = new OutletStage();
    stage.connected$.next(true);
    const say = (topic: string) => ({ topic, payload: '', qos: 0, retain: false }) as const;
    const outcomes: boolean[] = [];
    let publish: OutletContext['publish'] = () => false;
    const run = stage.run({
      name: 'talker',
      start(context) {
        publish = context.publish;
      },
      async stop() {
        outcomes.push(publish(say('last')));
        await Promise.resolve();
        outcomes.push(publish(say('too late')));
      },
    });
    await run.stop();
    expect([outcomes, stage.published.map(({ topic }) => topic)]).toEqual([[true, false], ['last']]);
  });

  it('follows and listens to nothing where the outlet asks for it after its stop', async () => {
    const stage = new OutletStage();
    let context: OutletContext | undefined;
    const late: Outlet = {
      name: 'late',
      start(given) {
        context = given;
      },
      stop: () => undefined,
    };
    const run = new OutletRun(late, stage.report);
    run.start(stage.shared);
    await run.stop();
    context?.follow(stage.forecasts$, () => undefined);
    context?.listen('#', () => undefined);
    expect(stage.isFollowed).toBe(false);
  });
});
