import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/adapters/payload/decoder.ts';
import { type ConfigPlan, diff } from '../../src/config/diff.ts';
import { createSettings } from '../../src/config/settings.ts';
import { collectEvents, inbound, LIMITS, matchesFilter, UTC_PLUS_1 } from '../fixtures/decoderSetup.ts';
import { changesOf, configOf, ENTRY_OPTIONS, ENTRY_VALUES, NOTHING, nameOf, nest } from './optionValues.ts';

/** Topics that no two filters share, so that their order says nothing. */
const TOPICS = ['a', 'b/+', 'c/#', 'd'];
const FREE = ['target', 'interval', 'min_samples', 'valid.min', 'valid.not', 'time.from', 'time.path', 'time.sanity'];
const choice = fc.record(
  Object.fromEntries(
    [...FREE, 'publish.min_interval', 'anomaly.threshold', 'horizons'].map((name) => [
      name,
      fc.constantFrom(...(ENTRY_VALUES[name] as readonly unknown[])),
    ]),
  ),
  { requiredKeys: [] },
);
const entry = (topic: string) =>
  choice.map((values) => {
    const base: object = { topic };
    return Object.entries(values).reduce((made, [name, value]) => nest(name, value, made), base);
  });
const entries = fc
  .tuple(...TOPICS.map((topic) => fc.option(entry(topic), { nil: undefined })))
  .map((all) => all.filter((one) => one !== undefined))
  .filter(({ length }) => length > 0);

describe('a plan of any change', () => {
  const liveIn = ({ changed }: ConfigPlan): readonly string[] =>
    changed.flatMap(({ topic, live }) => live.map((name) => `${topic} ${name}`));

  it('is empty between equals', () => {
    fc.assert(
      fc.property(entries, (streams) => {
        expect(changesOf(diff(configOf(streams), configOf(structuredClone(streams))))).toEqual(NOTHING);
      }),
    );
  });

  it('is the same for entries in any order', () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const planOf = (a: readonly object[], b: readonly object[]) => {
          const { changed, added, removed, restart } = diff(configOf(a), configOf(b));
          const byTopic = (one: { topic: string }, other: { topic: string }) => one.topic.localeCompare(other.topic);
          return {
            changed: changed.map(({ index, ...others }) => others).sort(byTopic),
            added: [...added].sort(byTopic),
            removed: [...removed].sort(byTopic),
            restart,
          };
        };
        expect(planOf(before.toReversed(), after)).toEqual(planOf(before, after));
        expect(planOf(before, after.toReversed())).toEqual(planOf(before, after));
      }),
    );
  });

  it('leads with its live part to the live options of the one after, and to no other', () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const [from, to] = [configOf(before), configOf(after)];
        const plan = diff(from, to);
        const settings = createSettings(from);
        settings.apply(plan);
        const now = settings.config;
        const rest = diff(now, to);
        expect(liveIn(rest)).toEqual([]);
        expect(rest.changed.map(({ topic, stream }) => ({ topic, stream }))).toEqual(
          plan.changed.filter(({ stream }) => stream.length > 0).map(({ topic, stream }) => ({ topic, stream })),
        );
        expect(diff(from, now)).toMatchObject({ restart: [], added: [], removed: [] });
        expect(liveIn(diff(from, now))).toEqual(liveIn(plan));
      }),
    );
  });

  it('that has live options only leads to the settings of the one after', () => {
    const live = new Set(ENTRY_OPTIONS.filter(({ applies }) => applies === 'live').map(nameOf));
    const liveChoice = choice.map((values) => Object.entries(values).filter(([name]) => live.has(name)));
    fc.assert(
      fc.property(liveChoice, liveChoice, (one, other) => {
        const made = [one, other].map((values) =>
          configOf([values.reduce((all, [name, value]) => nest(name, value, all), { topic: 'a' } as object)]),
        );
        const settings = createSettings(made[0]);
        const [watched] = settings.entries;
        settings.apply(diff(made[0], made[1]));
        expect(watched.settings).toEqual(made[1].streams[0].settings);
        expect(changesOf(diff(settings.config, made[1]))).toEqual(NOTHING);
      }),
    );
  });
});

describe('createSettings', () => {
  it('keeps the settings object of an entry that no live option of the plan is about', () => {
    const before = configOf([{ topic: 'a' }, { topic: 'b' }]);
    const settings = createSettings(before);
    const [a, b] = settings.entries.map((one) => one.settings);
    settings.apply(
      diff(
        before,
        configOf([
          { topic: 'a', interval: 0.8 },
          { topic: 'b', publish: { min_interval: '5s' } },
        ]),
      ),
    );
    expect(settings.entries[0].settings).toBe(a);
    expect(settings.entries[1].settings).not.toBe(b);
    expect(settings.entries[1].settings.publish.minInterval).toBe(5000);
    expect(settings.entries[1].settings).toBe(settings.entries[1].settings);
  });

  it('gives a field its own bounds, and what is live of its entry', () => {
    const streams = (not: number) => [{ topic: 'a', fields: { v: { path: 'v', valid: { min: 0 } } }, valid: { not } }];
    const before = configOf(streams(85));
    const settings = createSettings(before);
    const { report } = collectEvents();
    const { decode, settingsOf } = createDecoder({
      ...{
        specs: settings.entries,
        limits: LIMITS,
        zoneOffsetOf: () => UTC_PLUS_1,
        report,
        matchesFilter,
        maxTopics: 9,
      },
    });
    const take = (value: number) => decode(inbound('a', `{"v":${value}}`)).samples;
    expect([take(85).length, take(-1).length, take(86).length]).toEqual([0, 0, 1]);
    const [{ stream }] = take(86);
    const known = settingsOf(stream);
    expect(settingsOf(stream)).toBe(known);

    settings.apply(diff(before, configOf(streams(86))));
    expect([take(85).length, take(-1).length, take(86).length]).toEqual([1, 0, 0]);
    expect(settingsOf(stream).valid).toMatchObject({ min: 0, not: [86] });
    expect(settingsOf(stream)).toBe(settingsOf(stream));
  });
});

describe('the token of the page', () => {
  const page = (options: object) => configOf([{ topic: 'a' }], { page: options });

  it('changes at once, with the names by which the page is called', () => {
    const before = page({ token: 'a-long-secret-1' });
    const settings = createSettings(before);
    settings.apply(diff(before, page({ token: 'a-long-secret-2', hosts: ['pi.lan'] })));
    expect(settings.config.page).toMatchObject({ token: 'a-long-secret-2', hosts: ['pi.lan'], port: 8099 });
  });

  it('stays for as long as other computers reach the page', () => {
    const before = page({ token: 'a-long-secret-1', address: '0.0.0.0' });
    const settings = createSettings(before);
    const wanted = page({ address: '127.0.0.1' });
    settings.apply(diff(before, wanted));
    expect(settings.config.page).toEqual(before.page);
    expect(settings.config.written.root['page']).toEqual(before.written.root['page']);
    const next = createSettings(page({ token: 'a-long-secret-1' }));
    next.apply(diff(next.config, page({})));
    expect(next.config.page.token).toBeUndefined();
  });
});
