import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { StreamUnit } from '../../../src/adapters/payload/streamUnit.ts';
import { noteIn, UnitMemory } from '../../../src/adapters/payload/unitMemory.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { TopicNotes } from '../../../src/domain/topicNotes.ts';

/** Notes that outlive the memories that write them. */
class Notes implements TopicNotes {
  readonly lines = new Set<string>();
  read = (): readonly string[] => [...this.lines];
  add = (line: string): void => void this.lines.add(line);
  remove = (line: string): void => void this.lines.delete(line);
  close = (): void => undefined;
}

const idOf = (name: string): StreamId => name as StreamId;
let notes = new Notes();
beforeEach(() => {
  notes = new Notes();
});

/** The memory of another process. */
function next(streams = 100): UnitMemory {
  const memory = new UnitMemory(streams);
  memory.open(notes);
  return memory;
}

describe('units', () => {
  it('are those of the process before, whatever they and their streams are called', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const entry = fc.record({ unit: text, stream: text, input: fc.option(text, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        notes = new Notes();
        const memory = next();
        for (const { unit, stream, input } of entries) memory.note(unit, idOf(stream), input);
        const after = next();
        for (const { stream, input } of entries) {
          expect(after.of(idOf(stream), input)).toBe(memory.of(idOf(stream), input));
          expect(after.of(idOf(stream), input)).toBeDefined();
        }
        for (const line of notes.lines) expect(line).not.toMatch(/[\n\0]/);
      }),
    );
  });

  it('of a stream are forgotten with those of its inputs, and of no other', () => {
    const memory = next();
    for (const stream of ['a', 'a/b', 'ab']) {
      memory.note('W', idOf(stream));
      memory.note('°C', idOf(stream), 'out door');
    }
    memory.forget(idOf('a'));
    for (const each of [memory, next()]) {
      expect([each.of(idOf('a')), each.of(idOf('a'), 'out door')]).toEqual([undefined, undefined]);
      expect([each.of(idOf('a/b')), each.of(idOf('ab'), 'out door')]).toEqual(['W', '°C']);
    }
  });

  it('are bounded: the oldest go, in the notes too', () => {
    const memory = next(2);
    for (let i = 0; i < 100; i++) memory.note('W', idOf(`s${i}`));
    expect(notes.lines.size).toBe(8);
    expect(next(1).of(idOf('s99'))).toBe('W');
    expect(notes.lines.size).toBe(4);
  });

  it('in lines that are damaged are none', () => {
    for (const line of ['', 'W', ' a', '%E0%A4 a', 'W a']) notes.lines.add(line);
    expect(next().of(idOf('a'))).toBe('W');
    expect([...notes.lines]).toEqual(['W a']);
  });
});

describe('the unit of a stream', () => {
  const unitOf = (memory: UnitMemory): StreamUnit => new StreamUnit({}, noteIn(memory, idOf('plug')));

  it('is that of the process before, though the first reading has another one', () => {
    expect(unitOf(next()).exponentOf('kW')).toBe(0);
    const unit = unitOf(next());
    expect([unit.exponentOf('W'), unit.exponentOf('kW'), unit.exponentOf('°C')]).toEqual([-3, 0, undefined]);
    expect(unit.about.unit).toBe('kW');
  });

  it('begins anew where the stream was forgotten', () => {
    const memory = next();
    const unit = unitOf(memory);
    unit.exponentOf('kW');
    memory.forget(idOf('plug'));
    expect([unit.exponentOf('°C'), unit.exponentOf('W'), unit.about.unit]).toEqual([0, undefined, '°C']);
    expect(unitOf(next()).exponentOf('W')).toBeUndefined();
  });
});
