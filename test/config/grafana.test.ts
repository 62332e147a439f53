import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FAMILIES, PREFIX } from '../../src/outlets/metrics/exposition.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly id?: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const read = (name: string): string => readFileSync(new URL(`../../config/grafana/${name}`, import.meta.url), 'utf8');
const dashboard = JSON.parse(read('tidegate.json')) as Dashboard;
const { groups } = parse(read('tidegate.rules.yaml')) as { groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const expressions = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : query.query)),
  ...rules.map(({ expr }) => expr),
];
/** Metrics of every program of Node.js. */
const OTHERS = [
  ...['process_resident_memory_bytes', 'process_cpu_seconds_total'],
  ...['nodejs_heap_size_used_bytes', 'nodejs_eventloop_lag_p99_seconds'],
];
const labelsOf = new Map(FAMILIES.map(({ name, labels }) => [`${PREFIX}${name}`, labels]));
/** Labels that Prometheus adds. */
const ADDED = ['instance', 'job'];

describe('what config/grafana asks for', () => {
  it.each(expressions)('is there: %s', (expression) => {
    const names = expression.match(/\b(?:tidegate|process|nodejs)_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect([...labelsOf.keys(), ...OTHERS]).toContain(name);
    for (const [, name = '', matchers = ''] of expression.matchAll(/\b(tidegate_\w+)\{([^}]*)\}/g))
      for (const [, label] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
        expect([...(labelsOf.get(name) ?? []), ...ADDED]).toContain(label);
  });

  it.each(expressions)('takes the rate of counters alone, and always: %s', (expression) => {
    for (const [, name = ''] of expression.matchAll(/\b(?:rate|increase)\((\w+)/g)) expect(name).toMatch(/_total$/);
    for (const [name] of expression.matchAll(/\btidegate_\w+_total\b/g))
      expect(expression).toMatch(new RegExp(`(?:rate|increase)\\(${name}`));
  });
});

describe('the dashboard', () => {
  it('has a fixed uid and no id, so that an import replaces the one before', () => {
    expect([dashboard.uid, dashboard.id]).toEqual(['tidegate', undefined]);
  });

  it('has panels of their own ids, none of which lies on another', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  it('asks for the daemons and streams that are chosen', () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    for (const { targets = [] } of dashboard.panels)
      for (const { expr } of targets) {
        expect(expr).toContain('$instance');
        for (const [, variable] of expr.replaceAll('$__rate_interval', '').matchAll(/\$(\w+)/g))
          expect(names).toContain(variable);
      }
  });
});

describe('the alerts', () => {
  it('have names of their own, a severity, and say what it is about', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^Tidegate[A-Z]/);
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations.description).toMatch(/^[A-Z].*[.?]$/);
      expect(annotations.summary).toMatch(/tidegate|labels\.stream/);
    }
  });
});
