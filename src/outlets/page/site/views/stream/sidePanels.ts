import type { ApiExpert, ApiStreamDetail } from '../../../api.ts';
import type { Stream } from '../../data/stream.ts';
import { draw, fill, make } from '../../dom/make.ts';
import { pairs, type Row, table } from '../../dom/table.ts';
import { UNKNOWN } from '../../words/numbers.ts';
import { expertWords, horizonWords, intervalWords, isNetwork } from '../../words/streamWords.ts';
import type { Wording } from '../../words/wording.ts';

/** Three panels at the side: what comes next, who answers, and facts. */
export class SidePanels {
  readonly element: HTMLDivElement = make('div');
  readonly #wording: Wording;
  readonly #next: HTMLElement = make('section', { class: 'panel' });
  readonly #who: HTMLElement = make('section', { class: 'panel' });
  readonly #facts: HTMLElement = make('section', { class: 'panel' });

  constructor(wording: Wording) {
    this.#wording = wording;
    this.element.append(this.#next, this.#who, this.#facts);
  }

  update(stream: Stream, detail: ApiStreamDetail | undefined): void {
    this.#updateNext(stream);
    this.#updateWho(stream, detail);
    this.#updateFacts(stream);
  }

  #updateNext(stream: Stream): void {
    const { numbers } = this.#wording;
    const { decimals, info, fan } = stream;
    const columns = [
      { name: 'in' },
      { name: 'expected', isNumber: true },
      { name: intervalWords(info.interval, this.#wording), isNumber: true },
    ];
    const rows = fan.map(({ label, mean, lower, upper }) => ({
      cells: [
        horizonWords(label, info.interval_ms, this.#wording),
        numbers.format(mean, decimals),
        lower === null ? UNKNOWN : `${numbers.format(lower, decimals)} to ${numbers.format(upper, decimals)}`,
      ],
    }));
    fill(
      this.#next,
      make(
        'div',
        { class: 'head' },
        make('h2', {}, 'What comes next'),
        make('span', { class: 'small muted' }, stream.unit),
      ),
      rows.length > 0
        ? table('Forecast of each horizon', columns, rows)
        : make('p', { class: 'muted' }, 'No forecast yet.'),
    );
  }

  #updateWho(stream: Stream, detail: ApiStreamDetail | undefined): void {
    const { numbers } = this.#wording;
    const experts = detail?.experts ?? [];
    const columns = [
      { name: 'expert' },
      { name: 'weight' },
      { name: '', isNumber: true },
      { name: `error${stream.unit === '' ? '' : `, ${stream.unit}`}`, isNumber: true },
    ];
    const rows: Row[] = experts.map((expert) => ({
      cells: [
        expertWords(expert.name),
        weightBar(expert),
        numbers.percent(expert.weight),
        numbers.format(expert.mae, stream.decimals + 1),
      ],
    }));
    const published = detail?.horizons[0]?.mae ?? null;
    rows.push({ cells: ['published', '', '', make('b', {}, numbers.format(published, stream.decimals + 1))] });
    fill(
      this.#who,
      make('h2', {}, 'Who answers'),
      experts.length > 0
        ? table('Experts, their weights and errors', columns, rows)
        : make('p', { class: 'muted' }, 'Nobody yet.'),
    );
  }

  #updateFacts(stream: Stream): void {
    const { numbers } = this.#wording;
    const { info } = stream;
    const wanted = numbers.percent(info.interval);
    fill(
      this.#facts,
      make('h2', {}, 'Facts'),
      pairs([
        ['Topic', make('code', {}, info.topic ?? UNKNOWN)],
        ['Field', make('code', {}, info.field ?? UNKNOWN)],
        ['Learned from', `${numbers.format(info.n)} readings`],
        ['Error', skillFact(info.skill, this.#wording)],
        ['Inside the interval', `${numbers.percent(info.coverage, 1)}, ${wanted} wanted`],
        ['Answers now', expertWords(stream.source)],
        ['Zone', info.zone],
        ...(info.class === null ? [] : [['Class', info.class] as const]),
      ]),
    );
  }
}

/** The error beside that of the best plain forecast, either way. */
function skillFact(skill: number | null, { numbers }: Wording): string {
  if (skill === null) return UNKNOWN;
  return `${numbers.percent(Math.abs(skill), 1)} ${skill < 0 ? 'more' : 'less'} than plain`;
}

/** A bar as long as the weight; networks have another colour, and their name says so too. */
function weightBar({ name, weight }: ApiExpert): SVGSVGElement {
  const width = Math.max(1, Math.min(1, Math.max(0, weight)) * 100);
  return draw(
    'svg',
    { class: 'weight', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    draw('rect', { class: 'rail', width: 100, height: 10 }),
    draw('rect', { class: isNetwork(name) ? 'network' : 'plain', width, height: 10 }),
  );
}
