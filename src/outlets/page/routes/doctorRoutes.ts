import type { HttpApp } from '../../../adapters/http/parts.ts';
import { TidegateError } from '../../../domain/errors.ts';
import type { Finding } from '../../../domain/finding.ts';
import { toIsoTime } from '../../../domain/time.ts';
import type { PagePorts } from '../pagePorts.ts';
import { json } from './json.ts';

/** An examination connects to the broker once more: it is done once in this time, however many ask. */
const KEPT_MS = 60_000;

interface Examination {
  readonly at: string;
  readonly findings: readonly Finding[];
}

/** `api/doctor`: what `tidegate doctor` finds, without its experiments. */
export function mountDoctor(app: HttpApp, { context }: PagePorts): void {
  let kept: { readonly since: number; readonly examination: Promise<Examination> } | undefined;
  app.get('/api/doctor', async (c) => {
    const now = performance.now();
    if (kept === undefined || now - kept.since > KEPT_MS) kept = { since: now, examination: examine(context) };
    const { examination } = kept;
    // One that failed is no answer for those who ask next.
    examination.catch(() => {
      if (kept?.examination === examination) kept = undefined;
    });
    return json(c, await examination);
  });
}

async function examine({ examine: run, control }: PagePorts['context']): Promise<Examination> {
  const at = toIsoTime(control.now());
  try {
    return { at, findings: await run() };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return { at, findings: [{ check: 'doctor', verdict: 'failed', found: error.message }] };
  }
}
