import { expect, it } from 'vitest';
import { readUnit, unitOptionsOf } from './unitOptions.ts';

it('reads what stands before the program, and the environment', () => {
  const unit = `[Service]
ExecStart=/usr/bin/node --max-old-space-size=256 --max-semi-space-size=2 /usr/local/lib/node_modules/tidegate/dist/main.js run -c /etc/t.yaml
Environment=NODE_ENV=production A=b
Environment=MALLOC_ARENA_MAX=2
`;
  expect(readUnit(unit)).toEqual({
    node: ['--max-old-space-size=256', '--max-semi-space-size=2'],
    environment: { NODE_ENV: 'production', A: 'b', MALLOC_ARENA_MAX: '2' },
  });
});

it('takes a unit without options', () => {
  expect(readUnit('ExecStart=node /opt/tidegate/dist/main.js run')).toEqual({ node: [], environment: {} });
});

it('refuses a unit that starts something else', () => {
  expect(() => readUnit('ExecStart=tidegate run')).toThrow(/no ExecStart=node/);
});

it('reads the unit that is shipped', () => {
  expect(unitOptionsOf('dist/main.js').node).toContain('--max-old-space-size=256');
});
