import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupTopics } from '../../../src/tools/discover/groupTopics.ts';

const topic = (name: string, ...paths: string[]) => ({ topic: name, paths });

test('keeps few topics literal', () => {
  const topics = [topic('z/hall', 'temperature'), topic('z/kitchen', 'temperature')];

  expect(groupTopics(topics)).toEqual(topics.map((single) => ({ ...single, topics: [single.topic] })));
});

test('joins topics that differ in one level, with all their paths, the common ones first', () => {
  const topics = [
    topic('z/hall', 'humidity', 'temperature'),
    topic('z/kitchen', 'temperature'),
    topic('z/plug', 'power'),
    topic('tele/washer/SENSOR', 'ENERGY.Power'),
  ];

  expect(groupTopics(topics)).toEqual([
    { topic: 'tele/washer/SENSOR', paths: ['ENERGY.Power'], topics: ['tele/washer/SENSOR'] },
    { topic: 'z/+', paths: ['temperature', 'humidity', 'power'], topics: ['z/hall', 'z/kitchen', 'z/plug'] },
  ]);
});

test('joins in a middle level too', () => {
  const topics = ['a', 'b', 'c'].map((name) => topic(`tele/${name}/SENSOR`, 'ENERGY.Power'));

  expect(groupTopics(topics)).toEqual([
    { topic: 'tele/+/SENSOR', paths: ['ENERGY.Power'], topics: ['tele/a/SENSOR', 'tele/b/SENSOR', 'tele/c/SENSOR'] },
  ]);
});

test('does not join plain numbers with JSON, nor single-level topics', () => {
  expect(groupTopics([topic('z/a'), topic('z/b', 'v'), topic('z/c')]).map((entry) => entry.topic)).toEqual([
    'z/a',
    'z/b',
    'z/c',
  ]);
  expect(groupTopics([topic('a'), topic('b'), topic('c')])).toHaveLength(3);
});

test('joins a grid of topics along one level only', () => {
  const names = ['a', 'b', 'c'];
  const grid = names.flatMap((room) => names.map((kind) => topic(`${room}/${kind}`, 'v')));

  expect(groupTopics(grid).map((entry) => entry.topic)).toEqual(['a/+', 'b/+', 'c/+']);
});

function matches(filter: string, name: string): boolean {
  const [wanted, levels] = [filter.split('/'), name.split('/')];
  return wanted.length === levels.length && wanted.every((level, i) => level === '+' || level === levels[i]);
}

test('every topic is covered by exactly one entry, and by all its paths', () => {
  const level = fc.constantFrom('a', 'b', 'c', '');
  const name = fc.array(level, { minLength: 2, maxLength: 3 }).map((levels) => levels.join('/'));
  const some = fc.uniqueArray(fc.constantFrom<string[]>('p', 'q', 'r'), { minLength: 1 });
  // Plain numbers are the exception, else hardly any group would be uniform.
  const paths = fc.oneof({ arbitrary: some, weight: 20 }, { arbitrary: fc.constant<string[]>([]), weight: 1 });
  const topics = fc.uniqueArray(fc.record({ topic: name, paths }), {
    selector: (one) => one.topic,
    minLength: 20,
    maxLength: 60,
  });
  void fc.assert(
    fc.property(topics, (all) => {
      const entries = groupTopics(all);
      for (const one of all) {
        const covering = entries.filter((entry) => matches(entry.topic, one.topic));
        expect(covering).toHaveLength(1);
        expect(covering[0]?.paths).toEqual(expect.arrayContaining(one.paths));
        expect(covering[0]?.paths.length === 0).toBe(one.paths.length === 0);
      }
    }),
  );
});
