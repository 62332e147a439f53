import { SeriesChart } from '../../../src/outlets/page/site/charts/seriesChart.ts';
import { Series } from '../../../src/outlets/page/site/data/series.ts';
import { Stream } from '../../../src/outlets/page/site/data/stream.ts';
import { createWording } from '../../../src/outlets/page/site/words/wording.ts';
import { fixtureStreams, historyAnswer, streamAnswer } from '../../e2e/page/fixtureStreams.ts';

// Runs in the browser: twelve charts of 600 rows, each with reading, forecast and band. `update` gives each a new reading, and resolves
// once the frame with them is drawn.

const CHARTS = 12;
const ROWS = 600;
const NOW = 1_773_326_160_000;

const wording = createWording(['en-GB']);
const charts = fixtureStreams(CHARTS, NOW).map((fixture) => {
  const span = (ROWS - 1) * fixture.interval;
  const series = new Series(historyAnswer(fixture, NOW - span, ROWS));
  const stream = new Stream(streamAnswer(fixture), NOW);
  const box = document.body.appendChild(document.createElement('div'));
  const scene = () => ({
    ...{ wording, zone: 'Europe/Berlin', onCursor: () => undefined, series, fan: stream.fan, labels: [], decimals: 2 },
    ...{ from: (stream.at ?? 0) - span, to: (stream.at ?? 0) + 12 * fixture.interval },
  });
  const chart = new SeriesChart(box, 400, scene());
  return () => {
    fixture.at += fixture.interval;
    stream.take(streamAnswer(fixture), fixture.at);
    series.add(stream, fixture.at - span);
    chart.show(scene());
  };
});

const update = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    requestAnimationFrame(() => {
      for (const next of charts) next();
      requestAnimationFrame(() => resolve());
    });
  });
};
Object.assign(globalThis, { update });
