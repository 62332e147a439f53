import { expect, it } from 'vitest';
import { BegunTails } from '../../src/pipeline/begunTails.ts';
import { idOf } from './samples.ts';

it('uses the streams whose tails have begun before something goes to another one, and none whose tail is through', () => {
  const held: string[] = [];
  const tails = new BegunTails((hold) => held.push(hold.held));
  tails.hold(idOf('a'));
  for (const stream of ['a', 'b', 'c']) tails.begin(idOf(stream));
  tails.end(idOf('b'));
  tails.hold(idOf('a'));
  tails.hold(idOf('d'));
  expect(held).toEqual(['c', 'a', 'c']);
});
