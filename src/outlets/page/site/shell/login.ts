import type { Client } from '../data/client.ts';
import { sentenceOf } from '../data/client.ts';
import { fill, make, setText } from '../dom/make.ts';

/** Asks for the token, in place of a view; it goes into a cookie that no script can read. */
export function loginForm(client: Client, onDone: () => void): HTMLElement {
  const field = make('input', { id: 'token', type: 'password', autocomplete: 'current-password', required: true });
  const answer = make('p', { role: 'alert' });
  const form = make('form', { class: 'panel login' });
  const send = make('button', { type: 'submit', class: 'primary' }, 'Open');
  fill(
    form,
    make('h1', {}, 'This page has a token'),
    make('label', { for: 'token' }, 'Token (page.token of the configuration)'),
    field,
    send,
    answer,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send.disabled = true;
    client
      .post('api/login', { token: field.value })
      .then(onDone, (error) => setText(answer, sentenceOf(error)))
      .finally(() => {
        send.disabled = false;
      });
  });
  return form;
}
