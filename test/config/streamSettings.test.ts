import { describe, expect, it } from 'vitest';
import { streamSettings } from '../../src/config/streamSettings.ts';
import { errorOf, parse } from './context.ts';

describe('streamSettings', () => {
  it('without anything gives what a file without options gives', () => {
    const fromFile = parse('mqtt: {server: mqtt://h}\nstreams: [{topic: a}]\n').streams[0]?.settings;
    expect(streamSettings({})).toEqual(fromFile);
  });

  it('takes a dotted path and a YAML value', () => {
    const settings = streamSettings({
      overrides: [
        'model.seed=2',
        'horizons=[5, 1]',
        'model.inputs={lags: 0, calendar: off}',
        'time.sanity=off',
        'interval = 0.8',
      ],
    });
    expect(settings).toMatchObject({
      model: { seed: 2, hidden: 32, inputs: { lags: 0, calendar: false, dayLag: true } },
      horizons: [
        { label: '1', steps: 1 },
        { label: '5', steps: 5 },
      ],
      time: { sanity: false, from: 'message' },
      interval: 0.8,
    });
  });

  it.each([
    ['tiny', 16, 2, 800, ['last_value', 'linear', 'lstm_direct'], true],
    ['standard', 32, 2, 1000, ['last_value', 'linear', 'lstm_residual', 'lstm_direct'], false],
    ['heavy', 64, 3, 2000, ['last_value', 'linear', 'lstm_residual', 'lstm_direct'], false],
  ])('fills in by profile: %s', (profile, hidden, replay, replayRows, experts, linear) => {
    const { model } = streamSettings({ overrides: [`model.profile=${profile}`] });
    expect(model).toMatchObject({ hidden, replay, replayRows, experts, inputs: { linear } });
  });

  it('takes what is set by itself before what the profile says', () => {
    const own = ['hidden=8', 'replay=0', 'replay_rows=100', 'experts=[linear]', 'inputs.linear=off'];
    const { model } = streamSettings({ overrides: [...own.map((each) => `model.${each}`), 'model.profile=tiny'] });
    const { hidden, replay, replayRows, experts, inputs } = model;
    expect([hidden, replay, replayRows, experts, inputs.linear]).toEqual([8, 0, 100, ['linear'], false]);
  });

  it('lays overrides on the defaults of a file, the last one on top', () => {
    const { defaults } = parse(
      'mqtt: {server: mqtt://h}\ndefaults: {step: 5m, model: {hidden: 8, cell: rnn}}\nstreams: [{topic: a}]\n',
    ).written;
    const { model, step } = streamSettings({ defaults, overrides: ['model.hidden=16', 'model.hidden=64'] });
    expect([model.hidden, model.cell, step.every]).toEqual([64, 'rnn', 300_000]);
  });

  it('takes what is a reading', () => {
    const { valid } = streamSettings({ overrides: ['valid.min=-55', 'valid.not=[-127, 85]'] });
    expect(valid).toEqual({ min: -55, max: Number.POSITIVE_INFINITY, not: [-127, 85] });
    expect(streamSettings({ overrides: ['valid.not=85'] }).valid.not).toEqual([85]);
    expect(errorOf(() => streamSettings({ overrides: ['valid.min=5', 'valid.max=4'] })).message).toContain(
      '--set valid.max: min must be below max, here 5 and 4',
    );
  });

  it('takes policies of anomalies', () => {
    const { anomaly } = streamSettings({ overrides: ['anomaly.range=[0, 400]', 'anomaly.min_duration=15m'] });
    expect(anomaly).toMatchObject({ range: { low: 0, high: 400 }, minDuration: { time: 900_000 } });
  });

  it('takes horizons and seed from flags of their own, and --set on top of them', () => {
    const { horizons, model } = streamSettings({
      horizons: ['1', ' 1h'],
      seed: 7,
      overrides: ['step=5m', 'model.seed=9'],
    });
    expect(horizons).toEqual([
      { label: '1', steps: 1 },
      { label: '1h', steps: 12 },
    ]);
    expect(model.seed).toBe(9);
    expect(streamSettings({ seed: 7 }).model.seed).toBe(7);
  });

  it.each([
    [['model.hiden=8'], '--set model.hiden: unknown option; did you mean hidden?'],
    [['modle.hidden=8'], '--set modle.hidden: unknown option; did you mean model?'],
    [['topic=x'], /^--set topic: unknown option; known here: step, gap, horizons/],
    [['model.hidden=3'], '--set model.hidden: expected a whole number from 4 to 128'],
    [['model.hidden='], '--set model.hidden: is empty: give it a value or remove it'],
    [['model={hidden: 3}'], '--set model at hidden: expected a whole number from 4 to 128'],
    [['model.hidden.x=3'], '--set model.hidden.x: expected a whole number from 4 to 128'],
    [
      ['model.cell=lsmt'],
      '--set model.cell: expected one of lstm, rnn, gru, lstm_peephole, lstm_coupled; did you mean lstm?',
    ],
    [['model.longest_lag=0'], '--set model.longest_lag: expected auto, or a whole number from 1 to 10000'],
    [['model.init=crono'], '--set model.init: expected one of forget_bias, chrono; did you mean chrono?'],
    [['horizons=1,5'], '--set horizons: expected a list'],
    [['horizons=[1'], '--set horizons: the value is not valid YAML; lists are written [1, 5]'],
    [['horizons=*a'], '--set horizons: aliases cannot be used here'],
    [['interval=!env X'], '--set interval: the value is not valid YAML; lists are written [1, 5]'],
    [
      ['model.bptt.every=64'],
      '--set model.bptt.every: must not be longer than model.bptt.window: samples between two updates would never be learned',
    ],
    [['model.hidden=8', 'model={hidden: 2}'], '--set model at hidden: expected a whole number from 4 to 128'],
    [['model.hidden'], '--set: expected key=value, such as model.hidden=16'],
    [['=3'], '--set: expected key=value, such as model.hidden=16'],
    [['__proto__.polluted=1'], /^--set __proto__\.polluted: unknown option/],
    [['model.__proto__={hidden: 8}'], /^--set model\.__proto__: unknown option/],
    [['model.hidden=3', 'interval=7'], '--set model.hidden: expected a whole number from 4 to 128'],
  ] as const)('refuses %j', (overrides, message) => {
    const error = errorOf(() => streamSettings({ overrides }));
    expect(error.code).toBe('TG_USAGE');
    if (typeof message === 'string') expect(error.message.split('\n')).toContain(message);
    else expect(error.message).toMatch(message);
  });

  it('lets an update go back exactly as far as the one before', () => {
    const { bptt } = streamSettings({ overrides: ['model.bptt={every: 16, window: 16}'] }).model;
    expect(bptt).toEqual({ every: 16, window: 16 });
  });

  it('names every wrong flag', () => {
    const { message } = errorOf(() => streamSettings({ horizons: ['0', 'x'], seed: -1, overrides: ['interval=7'] }));
    expect(message.split('\n')).toEqual([
      '--horizons at [0]: expected a whole number from 1 to 288',
      '--horizons at [1]: expected a number of steps from 1 to 288, or a duration such as 15m or 1h',
      '--set interval: expected a number from 0.5 to 0.99',
      '--seed: expected a whole number from 0 to 4294967295',
    ]);
  });

  it('leaves Object.prototype alone', () => {
    errorOf(() => streamSettings({ overrides: ['__proto__.polluted=1', 'constructor.prototype.polluted=1'] }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
