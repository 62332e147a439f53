import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { hashOf, type Route, routeOf } from '../../../../../src/outlets/page/site/shell/route.ts';

it('finds each view again by its address, whatever the stream is called', () => {
  const routes: fc.Arbitrary<Route> = fc.oneof(
    fc.constantFrom('overview', 'alarms', 'system', 'configuration').map((view) => ({ view }) as Route),
    fc
      .tuple(fc.constantFrom('stream', 'memory'), fc.string({ unit: 'grapheme', minLength: 1 }))
      .map(([view, stream]) => ({ view, stream }) as Route),
  );
  fc.assert(
    fc.property(routes, (route) => {
      const hash = hashOf(route);
      expect(hash).toMatch(/^#\/[A-Za-z0-9._~%/-]*$/);
      expect(routeOf(hash)).toEqual(route);
    }),
  );
});

test.each([
  ['', { view: 'overview' }],
  ['#', { view: 'overview' }],
  ['#/stream/home/pump7', { view: 'stream', stream: 'home/pump7' }],
  ['#/stream/', { view: 'nowhere' }],
  ['#/stream/%E0%A4%A', { view: 'nowhere' }],
  ['#/alarms/more', { view: 'nowhere' }],
  ['#main', { view: 'nowhere' }],
])('reads the address %s', (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});

it('throws at no address', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void routeOf(text)));
  // Half of a surrogate pair, which has no bytes.
  expect(hashOf({ view: 'stream', stream: 'a\ud800b' })).toBe('#/stream/a%EF%BF%BDb');
});
