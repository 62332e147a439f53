// The property tests with other examples than those of `npm test`: `npm run test:properties -- --rounds 20`, or `-- --seed 7` once more.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const options = /** @type {const} */ ({ rounds: { type: 'string', default: '5' }, seed: { type: 'string' } });
const { rounds, seed } = parseArgs({ options }).values;
// No round at all would be a success of nothing.
if (!(Number(rounds) >= 1) || (seed !== undefined && !Number.isSafeInteger(Number(seed)))) {
  console.error('--rounds is a number from 1 on, --seed an integer');
  process.exit(64);
}
const files = propertyTests();
console.log(`${files.length} files`);
const seeds =
  seed === undefined ? Array.from({ length: Math.floor(Number(rounds)) }, () => randomInt(2 ** 31)) : [Number(seed)];
const failed = seeds.filter((each) => !passes(each));
if (failed.length === 0) process.exit(0);
console.log(`Failed: ${failed.map((each) => `npm run test:properties -- --seed ${each}`).join('; ')}`);
process.exit(1);

/** Test files that import fast-check, or a file of `test/` that does. */
function propertyTests() {
  const texts = new Map(
    readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [join('test', name), readFileSync(join('test', name), 'utf8')]),
  );
  /** @type {(path: string, seen?: Set<string>) => boolean} */
  const uses = (path, seen = new Set()) => {
    const text = texts.get(path);
    if (text === undefined || seen.has(path)) return false;
    seen.add(path);
    if (text.includes("from 'fast-check'")) return true;
    return [...text.matchAll(/from '(\.[^']+)'/g)].some(([, to = '']) => uses(join(dirname(path), to), seen));
  };
  return [...texts.keys()].filter((path) => path.endsWith('.test.ts') && uses(path));
}

/** @param {number} each */
function passes(each) {
  console.log(`\nSeed ${each}`);
  const env = { ...process.env, TIDEGATE_PROPERTY_SEED: String(each) };
  return (
    spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...files], { env, stdio: 'inherit' })
      .status === 0
  );
}
