import { describe, expect, it } from 'vitest';
import { ON_DEMAND, ROWS, selectRows } from './rows.ts';

describe('selectRows', () => {
  it('takes the rows that decide where none is named', () => {
    expect(selectRows('')).toEqual({ rows: ROWS, onDemand: [] });
  });

  it('takes the rows that are named, of both kinds, in their own order', () => {
    const { rows, onDemand } = selectRows('start, h32,last-value,idle');

    expect(rows.map(({ name }) => name)).toEqual(['last-value', 'h32']);
    expect(onDemand).toEqual(['idle', 'start']);
  });

  it('names what there is for a name that is none', () => {
    const known = [...ROWS.map(({ name }) => name), ...ON_DEMAND].join(', ');
    expect(() => selectRows('h32,h64')).toThrow(`no row is called "h64"; there are: ${known}`);
  });
});
