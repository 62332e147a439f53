import { draw, fill, make } from './make.ts';

/** One kind of mark of a chart: how it looks, and what it means. */
export function legend(kind: 'actual' | 'forecast' | 'band' | 'alarm' | 'label', text: string | Element): HTMLElement {
  const shapes = {
    actual: () => draw('line', { x1: 0, x2: 18, y1: 5, y2: 5, class: 'l-actual' }),
    forecast: () => draw('line', { x1: 0, x2: 18, y1: 5, y2: 5, class: 'l-forecast' }),
    band: () => draw('rect', { width: 18, height: 10, class: 'l-band' }),
    alarm: () => draw('path', { d: 'M4 1h10L9 9z', class: 'l-alarm' }),
    label: () => draw('path', { d: 'M1 1h10l6 4-6 4H1z', class: 'l-label' }),
  };
  const picture = draw('svg', { viewBox: '0 0 18 10', 'aria-hidden': 'true' }, shapes[kind]());
  const key = make('span', { class: 'key' });
  fill(key, picture, text);
  return key;
}
