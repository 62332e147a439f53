import type { AlarmAnswer } from '../../data/answers.ts';
import { sentenceOf } from '../../data/client.ts';
import { button, make, setText } from '../../dom/make.ts';
import type { Page } from '../../shell/view.ts';

const VERDICTS = [
  ['fault', 'Fault'],
  ['normal', 'Normal'],
] as const;

/** Buttons by which somebody says whether an alarm was right; what was said is pressed. */
export function verdictButtons(page: Page, alarm: AlarmAnswer, title: string): HTMLElement {
  const answer = make('small', { class: 'muted', role: 'status' });
  const buttons = VERDICTS.map(([verdict, text]) => {
    const one = button(text, () => void give(verdict), {
      'aria-pressed': `${alarm.verdict === verdict}`,
      'aria-label': `${text}: alarm of ${title}`,
      title:
        verdict === 'normal'
          ? 'It was normal: the same pattern will be no alarm'
          : 'It was a fault: nothing is learned from it',
    });
    return one;
  });
  const give = async (verdict: (typeof VERDICTS)[number][0]): Promise<void> => {
    for (const one of buttons) one.disabled = true;
    try {
      await page.client.request('verdict', { stream: alarm.stream, alarm: alarm.id, verdict });
      VERDICTS.forEach(([name], i) => {
        buttons[i]?.setAttribute('aria-pressed', `${name === verdict}`);
      });
      setText(answer, '');
      page.say(verdict === 'normal' ? `Noted: ${title} was normal.` : `Noted: ${title} was a fault.`);
    } catch (error) {
      setText(answer, sentenceOf(error));
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  };
  return make('div', { class: 'row verdict', role: 'group', 'aria-label': `Verdict: ${title}` }, ...buttons, answer);
}
