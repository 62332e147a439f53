import { isRepresentable, toEpochMs } from '../../../domain/time.ts';
import type { Faults, TakeRecorded } from '../recorded.ts';
import { parseSelector, seriesName } from './seriesName.ts';

const LINE = /^([a-zA-Z_:][\w:.]*)?(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?\s+(\S+)\s+(-?[\d.]+(?:e[+-]?\d+)?)(?:\s+#.*)?$/;

/**
 * Reads samples with times: VictoriaMetrics' `/api/v1/export/prometheus` (times in ms), OpenMetrics as `promtool tsdb dump-openmetrics` gives it
 * (times in seconds, `# EOF` at the end), and `promtool tsdb dump`.
 */
export async function readPrometheusText(
  lines: AsyncIterable<string>,
  take: TakeRecorded,
  faults: Faults,
): Promise<void> {
  let number = 0;
  for await (const line of lines) {
    number++;
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const [, metric = '', labels = '', value = '', time = ''] = LINE.exec(text) ?? [];
    const selector = parseSelector(`${metric}${labels}`);
    const at = toMs(time);
    if (selector === undefined || value === '') faults.note(`line ${number}`, 'no sample with a time');
    else if (!isRepresentable(at)) faults.note(`line ${number}`, 'its time cannot be read');
    // Prometheus marks the end of a series by a NaN.
    else take({ series: seriesName(selector), at: toEpochMs(at), value: value === 'NaN' ? null : Number(value) });
  }
}

/** Seconds and milliseconds are told apart by their size: 1e11 s is the year 5138, 1e11 ms is 1973. */
function toMs(text: string): number {
  const time = text === '' ? Number.NaN : Number(text);
  return Math.abs(time) > 1e11 ? time : time * 1000;
}
