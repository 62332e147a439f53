import { describe, expect, it } from 'vitest';
import { compileFieldPath, findField } from '../../../src/adapters/payload/fieldPath.ts';
import { TidegateError } from '../../../src/domain/errors.ts';

const find = (root: object, path: string): unknown => findField(root, compileFieldPath(path), []);

describe('findField', () => {
  it.each([
    [{ a: 1 }, 'a', 1],
    [{ a: { b: [4, { c: 5 }] } }, 'a.b.1.c', 5],
    [{ 'a.b': 1 }, 'a.b', 1],
    [{ x: { 'switch:0.on': { p: 2 } } }, 'x.switch:0.on.p', 2],
    [{ 'a.b': 1, a: { b: 2 } }, 'a.b', 1],
    [{ 'a.b': { x: 1 }, a: { b: { c: 3 } } }, 'a.b.c', 3],
    [{ 'a..b': 6 }, 'a..b', 6],
    [{ '0': 7 }, '0', 7],
    [{ a: null }, 'a', null],
    [[{ v: 8 }], '0.v', 8],
  ])('finds %j at %s', (root, path, value) => {
    expect(find(root, path)).toEqual(value);
  });

  it.each([
    [{ a: 1 }, 'a.b'],
    [{ a: 1 }, 'toString'],
    [{ a: [1] }, 'a.1'],
    [{ a: [1] }, 'a.length'],
    [{ a: [1] }, 'a.00'],
    [{ a: [1] }, 'a.-1'],
    [{ a: 'text' }, 'a.0'],
  ])('finds nothing in %j at %s', (root, path) => {
    expect(find(root, path)).toBeUndefined();
  });

  it('lists the enclosing objects, outermost first, without the dead ends', () => {
    const trail: object[] = [];
    const root = { 'a.b': { x: 1 }, a: { b: { c: 3 } } };
    findField(root, compileFieldPath('a.b.c'), trail);
    expect(trail).toEqual([root, root.a, root.a.b]);
  });
});

describe('compileFieldPath', () => {
  it.each(['', '__proto__', 'a.__proto__.b', 'constructor.x', 'a.prototype'])('refuses %j', (path) => {
    expect(() => compileFieldPath(path)).toThrow(TidegateError);
  });
});
