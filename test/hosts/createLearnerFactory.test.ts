import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { KernelFullError } from '../../src/kernel/kernel.ts';
import { everyMessage, idOf, settingsWith, stepOf } from '../pipeline/samples.ts';
import { keeping } from '../support/lent.ts';
import { learnerSettings } from '../support/series.ts';

const small: StreamSettings = { ...settingsWith(everyMessage), ...learnerSettings({ model: { hidden: 4 } }) };
const large: StreamSettings = { ...small, model: { ...small.model, hidden: 64 } };
const settingsOf = (stream: string): StreamSettings => (stream.startsWith('large') ? large : small);

/** Number of small learners that find room. */
function roomFor(memoryLimit: number): number {
  const { learnerFor } = createLearnerFactory(settingsOf, { memoryLimit });
  for (let i = 0; ; i++) {
    try {
      learnerFor(idOf(`small${i}`));
    } catch {
      return i;
    }
  }
}

describe('a learner factory whose memory is used up', () => {
  const memoryLimit = 100_000;

  it('has room for some and then for none, until one of them is freed and it is told so', () => {
    const { learnerFor, onFreed } = createLearnerFactory(settingsOf, { memoryLimit });
    const learners = Array.from({ length: roomFor(memoryLimit) }, (_, i) => learnerFor(idOf(`small${i}`)));
    expect(learners.length).toBeGreaterThan(3);
    expect(() => learnerFor(idOf('small'))).toThrow(KernelFullError);
    learners[0]?.free();
    expect(() => learnerFor(idOf('small'))).toThrow(KernelFullError);
    onFreed();
    learnerFor(idOf('small'));
    expect(() => learnerFor(idOf('other'))).toThrow(KernelFullError);
  });

  it('refuses a stream at once while the kernel is full, without building a learner', () => {
    const { learnerFor } = createLearnerFactory(settingsOf, { memoryLimit });
    const attempt = (): unknown => {
      try {
        return learnerFor(idOf('large'));
      } catch (error) {
        return error;
      }
    };
    const first = attempt();
    expect(first).toBeInstanceOf(KernelFullError);
    expect(attempt()).toBe(first);
  });

  it('refuses the settings that found no room, not others that still do', () => {
    const { learnerFor } = createLearnerFactory(settingsOf, { memoryLimit });
    expect(() => learnerFor(idOf('large'))).toThrow(KernelFullError);
    expect(() => learnerFor(idOf('small'))).not.toThrow();
  });

  it('leaves nothing of a refused learner behind, and makes room for another stream in a host', () => {
    const events: DomainEvent[] = [];
    const forecasts: Forecast[] = [];
    const host = createInlineHost({
      ...createLearnerFactory(settingsOf, { memoryLimit }),
      report: (event) => events.push(event),
    });
    host.start(
      keeping((forecast) => forecasts.push(forecast)),
      (error) => {
        throw error;
      },
    );
    const room = roomFor(memoryLimit);
    const push = (...streams: string[]): void => host.push(streams.map((stream, i) => stepOf(stream, i)));
    for (let round = 0; round < 50; round++) push('large');
    for (let i = 0; i < room; i++) push(`small${i}`);
    expect(forecasts).toHaveLength(room);
    push('late', 'late');
    host.evict(idOf('small0'));
    push('late', 'later');
    expect(forecasts.at(-1)?.stream).toBe('late');
    expect(events.map((event) => (event.type === 'InputDropped' ? `${event.reason} ${event.topic}` : event))).toEqual([
      ...Array(50).fill('no-memory large'),
      ...['no-memory late', 'no-memory late', 'no-memory later'],
    ]);
  });
});
