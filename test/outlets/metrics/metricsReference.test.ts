import { expect, it } from 'vitest';
import { FAMILIES, PREFIX } from '../../../src/outlets/metrics/exposition.ts';

const HEAD = `# Metrics

Made from the tables in \`src/outlets/metrics/\`; do not edit.

\`GET /metrics\` at the address of the page. Beside these there are those that every program of Node.js has: \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`,
\`nodejs_eventloop_lag_p99_seconds\`, \`nodejs_heap_size_used_bytes\`, \`nodejs_gc_duration_seconds\` and others. What is not known has no series. Counters count from the start of the daemon.

| metric | type | labels | what |
|---|---|---|---|
`;

it('is what config/metrics.md says', async () => {
  const rows = FAMILIES.map(
    ({ name, type, labels, help }) =>
      `| \`${PREFIX}${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |\n`,
  );
  await expect(`${HEAD}${rows.join('')}`).toMatchFileSnapshot('../../../config/metrics.md');
});
