import { copyFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/store/sqlite/database.ts';
import { openDatabase } from '../../../../src/adapters/store/sqlite/engine.ts';
import { type RecorderTable, readRecorder } from '../../../../src/tools/learn/formats/homeAssistantDb.ts';
import type { Recorded } from '../../../../src/tools/learn/recorded.ts';
import { useFolder } from '../../replay/folder.ts';

const folder = useFolder();
const T = 1_764_500_400;

/** The parts of Home Assistant's tables that say something of readings; as its recorder of 2023 and later makes them. */
const TODAY = `
  CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id VARCHAR(255));
  CREATE TABLE state_attributes (attributes_id INTEGER PRIMARY KEY, hash BIGINT, shared_attrs TEXT);
  CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id CHAR(0), state VARCHAR(255), attributes CHAR(0), last_changed CHAR(0),
    last_changed_ts FLOAT, last_updated CHAR(0), last_updated_ts FLOAT, attributes_id INTEGER, metadata_id INTEGER);
  CREATE INDEX ix_states_metadata_id_last_updated_ts ON states (metadata_id, last_updated_ts);
  CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32), unit_of_measurement VARCHAR(255));
  CREATE TABLE statistics (id INTEGER PRIMARY KEY, start CHAR(0), start_ts FLOAT, mean FLOAT, min FLOAT, max FLOAT, state FLOAT, sum FLOAT, metadata_id INTEGER);
  CREATE TABLE statistics_short_term (id INTEGER PRIMARY KEY, start CHAR(0), start_ts FLOAT, mean FLOAT, min FLOAT, max FLOAT, state FLOAT, sum FLOAT, metadata_id INTEGER);
  INSERT INTO states_meta VALUES (1, 'sensor.hall'), (2, 'sensor.meter');
  INSERT INTO state_attributes VALUES (5, 0, '{"state_class":"measurement","unit_of_measurement":"°C"}');
  INSERT INTO states (state, last_updated_ts, attributes_id, metadata_id) VALUES
    ('21.5', ${T}.25, 5, 1), ('unavailable', ${T + 60}, NULL, 1), ('22', ${T + 120}, 5, 1), ('7', ${T}, NULL, 2);
  INSERT INTO statistics_meta VALUES (1, 'sensor.hall', 'recorder', '°C'), (2, 'sensor.meter', 'recorder', 'kWh');
  INSERT INTO statistics (start_ts, mean, metadata_id) VALUES (${T}, 21.25, 1);
  INSERT INTO statistics (start_ts, mean, state, sum, metadata_id) VALUES (${T}, NULL, 7.5, 100, 2);
  INSERT INTO statistics_short_term (start_ts, mean, metadata_id) VALUES (${T}, 21.75, 1);
`;
/** The schema of before: the name and the time stand in each row. */
const BEFORE = `
  CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id VARCHAR(255), state VARCHAR(255), attributes TEXT, last_changed DATETIME, last_updated DATETIME);
  CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32), unit_of_measurement VARCHAR(255));
  CREATE TABLE statistics (id INTEGER PRIMARY KEY, start DATETIME, mean FLOAT, metadata_id INTEGER);
  INSERT INTO states (entity_id, state, attributes, last_updated) VALUES
    ('sensor.hall', '21.5', '{"unit_of_measurement": "\\u00b0C"}', '2025-11-30 11:00:00.250000'), ('sensor.hall', '22', '{}', '2025-11-30 11:02:00.000000');
  INSERT INTO statistics_meta VALUES (1, 'sensor.hall', 'recorder', '°C');
  INSERT INTO statistics VALUES (1, '2025-11-30 11:00:00.000000', 21.25, 1);
`;

function make(name: string, sql: string): { readonly file: string; readonly database: Database } {
  const file = folder.path(name);
  const database = openDatabase(file, { engine: 'wasm' });
  database.all('PRAGMA locking_mode = EXCLUSIVE');
  database.exec(sql);
  return { file, database };
}

function read(
  file: string,
  table: RecorderTable = 'states',
  wanted = /./,
): { readonly readings: unknown[]; readonly found: string[] } {
  const readings: Recorded[] = [];
  const found = new Set<string>();
  readRecorder(file, {
    table,
    found: (entity) => void found.add(entity),
    wants: (entity) => wanted.test(entity),
    take: (it) => void readings.push(it),
  });
  return { readings: readings.map(({ series, at, value, unit }) => [series, at, value, unit]), found: [...found] };
}

describe('the database of Home Assistant', () => {
  it('has states with times and units, whatever they say, and names of what is not wanted', () => {
    const { file, database } = make('today.db', TODAY);
    database.close();
    expect(read(file)).toEqual({
      readings: [
        ['sensor.hall', T * 1000 + 250, '21.5', '°C'],
        ['sensor.hall', (T + 60) * 1000, 'unavailable', '°C'],
        ['sensor.hall', (T + 120) * 1000, '22', '°C'],
        ['sensor.meter', T * 1000, '7', undefined],
      ],
      found: ['sensor.hall', 'sensor.meter'],
    });
    expect(read(file, 'states', /meter/)).toEqual({
      readings: [['sensor.meter', T * 1000, '7', undefined]],
      found: ['sensor.hall', 'sensor.meter'],
    });
  });

  it('has means, and readings of meters, each at the end of its span', () => {
    const file = folder.path('today.db');
    expect(read(file, 'statistics').readings).toEqual([
      ['sensor.hall', (T + 3600) * 1000, 21.25, '°C'],
      ['sensor.meter', (T + 3600) * 1000, 7.5, 'kWh'],
    ]);
    expect(read(file, 'statistics_short_term').readings).toEqual([['sensor.hall', (T + 300) * 1000, 21.75, '°C']]);
  });

  it('of an old version is read as well', () => {
    const { file, database } = make('before.db', BEFORE);
    database.close();
    const at = Date.parse('2025-11-30T11:00:00Z');
    expect(read(file).readings).toEqual([
      ['sensor.hall', at + 250, '21.5', '°C'],
      ['sensor.hall', at + 120_000, '22', '°C'],
    ]);
    expect(read(file, 'statistics').readings).toEqual([['sensor.hall', at + 3_600_000, 21.25, '°C']]);
  });

  it('is read with the log beside it, while it is in use, and stays as it is', () => {
    const { file, database } = make('used.db', TODAY);
    database.all('PRAGMA journal_mode = WAL');
    database.exec(`INSERT INTO states (state, last_updated_ts, metadata_id) VALUES ('23', ${T + 180}, 1)`);
    const before = readdirSync(folder.path('')).filter((name) => name.startsWith('used.db'));
    expect(read(file, 'states', /hall/).readings.at(-1)).toEqual(['sensor.hall', (T + 180) * 1000, '23', '°C']);
    expect(readdirSync(folder.path('')).filter((name) => name.startsWith('used.db'))).toEqual(before);
    database.close();
  });

  it('is an error by name where it is none, or damaged', () => {
    const { file, database } = make('other.db', 'CREATE TABLE t (x);');
    database.close();
    expect(() => read(file)).toThrow(
      expect.objectContaining({ code: 'TG_INPUT_INVALID', message: expect.stringContaining('no table states') }),
    );
    copyFileSync(folder.path('today.db'), folder.path('cut.db'));
    expect(() => read(folder.write('cut.db', Buffer.from(folder.read('today.db').slice(0, 3000))))).toThrow(
      expect.objectContaining({ code: 'TG_INPUT_INVALID' }),
    );
  });
});
