import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonNumber } from '../../../src/adapters/payload/jsonNumber.ts';
import { StreamUnit } from '../../../src/adapters/payload/streamUnit.ts';
import type { DomainEvent } from '../../../src/domain/events.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { ANY_READING, type ValidReadings } from '../../../src/domain/validReadings.ts';
import type { TimedRow } from '../../../src/tools/replay/inOrder.ts';
import { RowReader } from '../../../src/tools/replay/rowReader.ts';

const STREAM = 'file' as StreamId;

function read(
  cells: readonly string[],
  { valid = ANY_READING, inputs = [] }: { valid?: ValidReadings; inputs?: readonly (readonly string[])[] } = {},
) {
  const events: DomainEvent[] = [];
  const reader = new RowReader({
    stream: STREAM,
    valueColumn: 'v',
    inputColumns: inputs.map((_, i) => `i${i}`),
    timeColumn: 'time',
    valid,
    mark: 'point',
    report: (event) => events.push(event),
  });
  const samples = cells.map((value, row) =>
    reader.read({
      row: { line: row + 2, time: String(row), value, inputs: inputs.map((column) => column[row] as string) },
      at: toEpochMs(row),
      place: row,
    } as unknown as TimedRow),
  );
  return {
    reader,
    values: samples.map((sample) => sample?.value),
    inputs: samples.map((sample) => sample?.inputs),
    events,
  };
}

describe('cells with a unit', () => {
  it('are in the unit of the first of their column', () => {
    const { values, reader } = read(['1.2 kW', '950 W', '1', '0.3kW', '2 MW']);
    expect(values).toEqual([1.2, 0.95, 1, 0.3, 2000]);
    expect(reader.first).toBeUndefined();
  });

  it('are counted where no decimal prefix parts their unit from it, and the first one is shown', () => {
    const { values, events, reader } = read(['21.5 °C', '70.7 °F', '22 °C']);
    expect(values).toEqual([21.5, undefined, 22]);
    expect(events).toEqual([{ type: 'InputDropped', reason: 'other-unit', topic: STREAM }]);
    expect(reader.first).toMatchObject({ line: 3, reason: 'other-unit', cell: { column: 'v', text: '70.7 °F' } });
  });

  it('are judged by `valid` in the unit of the column', () => {
    expect(read(['1 kW', '900 W'], { valid: { ...ANY_READING, max: 10 } }).values).toEqual([1, 0.9]);
  });

  it('of an input are in the unit of the first of that input', () => {
    const { inputs, events } = read(['1', '2', '3'], {
      inputs: [
        ['5 W', '1 kW', '3 °C'],
        ['1 kPa', '500 Pa', '2'],
      ],
    });
    expect(inputs).toEqual([
      [5, 1],
      [1000, 0.5],
      [Number.NaN, 2],
    ]);
    expect(events).toEqual([{ type: 'InputMissing', topic: STREAM, field: 'i0', reason: 'other-unit' }]);
  });

  it('are what the daemon reads in texts of the same stream', () => {
    const unit = fc.constantFrom('', 'W', ' kW', ' MW', ' °C', 'mW', ' %', ' Wh');
    const cell = fc.tuple(fc.integer({ min: -999, max: 999 }), unit).map(([number, text]) => `${number / 10}${text}`);
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 20 }), (cells) => {
        const own = new StreamUnit({});
        const rules = { valid: ANY_READING, notation: { isLenient: true, decimal: 'point' } } as const;
        const said = cells.map((text) => readJsonNumber(text, undefined, rules, own));
        expect(read(cells).values).toEqual(said.map((number) => (typeof number === 'number' ? number : undefined)));
      }),
    );
  });
});
