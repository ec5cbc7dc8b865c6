// From state to page: every change renders its half anew, from what the controls say.
import { draw } from './drawing.mjs';
import { newJoin } from './join.mjs';
import { SHOWN, read, readers } from './messages.mjs';
import { samples } from './samples.mjs';

const at = (id) => document.getElementById(id);
const element = (name, className, ...children) => {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
};
const options = (names) => names.map((name) => new Option(name, name));

// Messages

function renderMessages() {
  const {
    fault,
    rows = [],
    batch,
    hidden,
  } = read({
    text: at('input').value,
    reader: at('reader').value,
    overflow: at('overflow').value,
    maxLinks: at('max-links').valueAsNumber,
  });
  at('input-fault').textContent = fault ?? '';
  at('rows').replaceChildren(...rows.map(renderRow));
  at('links').textContent = batch
    ? JSON.stringify(batch.groups.length > 1 ? batch.groups : batch.links, undefined, 2)
    : '';
  at('report').textContent = batch ? summary(batch.report, hidden) : '';
}

function renderRow({ context, reason }, index) {
  const says = context
    ? element('td', 'id good', `${context.traceId}-${context.spanId}-0${context.traceFlags}`)
    : element('td', 'bad', reason);
  return element(
    'tr',
    '',
    element('td', '', `${index + 1}`),
    says,
    element('td', 'id', context?.traceState?.serialize() ?? ''),
  );
}

function summary({ messages, linked, duplicates, missing, malformed, dropped }, hidden) {
  const sum = `${messages} messages = ${linked} linked + ${duplicates} duplicates + ${missing} missing + ${malformed} malformed + ${dropped} dropped`;
  return hidden > 0 ? `${sum}; the first ${SHOWN} are shown` : sum;
}

at('reader').append(...options(Object.keys(readers)));
at('reader').value = 'auto';
at('sample').append(...options(Object.keys(samples)));
at('sample').addEventListener('change', takeSample);
for (const id of ['input', 'reader', 'overflow', 'max-links'])
  at(id).addEventListener('input', renderMessages);

function takeSample() {
  const lines = samples[at('sample').value].map((message) => JSON.stringify(message));
  at('input').value = lines.join('\n');
  renderMessages();
}

at('input').addEventListener('dragover', (event) => {
  event.preventDefault();
  at('input').classList.add('over');
});
at('input').addEventListener('dragleave', () => at('input').classList.remove('over'));
at('input').addEventListener('drop', async (event) => {
  event.preventDefault();
  at('input').classList.remove('over');
  const [file] = event.dataTransfer.files;
  at('input').value = file ? await file.text() : event.dataTransfer.getData('text');
  renderMessages();
});

// Fan-in

let join;

function begin() {
  const slots = at('slots')
    .value.split(',')
    .map((slot) => slot.trim())
    .filter(Boolean);
  try {
    const next = newJoin(slots, at('timeout').valueAsNumber * 1000);
    join?.free();
    join = next;
    at('definition-fault').textContent = '';
  } catch (error) {
    at('definition-fault').textContent = error.message;
    return;
  }
  at('offers').replaceChildren(
    ...slots.map((slot) => {
      const button = element('button', '', `Offer ${slot}`);
      button.type = 'button';
      button.addEventListener('click', () => act(() => join.offer(slot)));
      return button;
    }),
  );
  renderJoin();
}

function act(work) {
  work();
  renderJoin();
}

function renderJoin() {
  const { state } = join;
  at('redeliver').disabled = state.events.length === 0;
  at('outcome').textContent = state.last ?? 'nothing has arrived';
  at('drawing').replaceChildren(draw(state));
  at('log').replaceChildren(...state.log.slice(0, 100).map((line) => element('li', '', line)));
}

at('definition').addEventListener('submit', (event) => {
  event.preventDefault();
  begin();
});
at('redeliver').addEventListener('click', () => act(() => join.redeliver()));
at('forward').addEventListener('click', () => act(() => join.forward(10_000)));
at('expire').addEventListener('click', () => act(() => join.expire()));
at('settle').addEventListener('click', () => act(() => join.settle()));

takeSample();
begin();
