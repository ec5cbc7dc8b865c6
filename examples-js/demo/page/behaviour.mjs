// What makes the page answer: the picker, highlighting, the details of a span, and a drawing that fits its width.
// Runs in the browser only.
import { describeSpan } from './details.mjs';
import { drawView } from './draw.mjs';

export function enhance(views) {
  document.documentElement.classList.add('scripted');
  const details = document.querySelector('#details');
  const drawings = views.map((view) => new Drawing(view, details));
  const radios = [...document.querySelectorAll('.picker input')];

  const show = (id) => {
    for (const radio of radios) radio.checked = radio.value === id;
    for (const drawing of drawings) drawing.show(drawing.view.id === id);
  };
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      history.replaceState(null, '', `#${radio.value}`);
      show(radio.value);
    });
  }
  const wanted = () => views.find((view) => `#${view.id}` === location.hash) ?? views[0];
  addEventListener('hashchange', () => show(wanted().id));
  show(wanted().id);
}

class Drawing {
  #section;
  #figure;
  #details;
  #spans;
  #selected;
  #width = 0;

  constructor(view, details) {
    this.view = view;
    this.#section = document.querySelector(`#view-${view.id}`);
    this.#figure = this.#section.querySelector('.drawing');
    this.#details = details;
    this.#spans = new Map(view.spans.map((span) => [span.id, span]));
    this.#selected = view.spans.find((span) => span.name === view.focus).id;
    new ResizeObserver(() => this.#fit()).observe(this.#figure);
    this.#listen();
  }

  show(current) {
    this.#section.classList.toggle('current', current);
    if (!current) return;
    this.#fit();
    this.#select(this.#selected);
  }

  /** Draws again where the room has changed: text keeps its size. */
  #fit() {
    const width = Math.max(300, Math.floor(this.#figure.clientWidth));
    if (width === this.#width || this.#figure.clientWidth === 0) return;
    this.#width = width;
    const focused = this.#figure.contains(document.activeElement);
    this.#figure.innerHTML = String(drawView(this.view, width));
    this.#highlight(this.#selected);
    if (focused) this.#element(this.#selected).focus();
  }

  #listen() {
    const idOf = (event) => event.target.closest?.('.span')?.dataset.id;
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

    this.#figure.addEventListener('pointerover', (event) => this.#highlight(idOf(event) ?? this.#selected));
    this.#figure.addEventListener('pointerleave', () => this.#highlight(this.#selected));
    this.#figure.addEventListener('click', (event) => idOf(event) && this.#select(idOf(event)));
    this.#figure.addEventListener('focusin', (event) => idOf(event) && this.#select(idOf(event)));
    this.#figure.addEventListener('keydown', (event) => {
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const order = [...this.#figure.querySelectorAll('.span')];
      const index = order.indexOf(this.#element(this.#selected)) + step;
      order[(index + order.length) % order.length].focus();
    });
    this.#details.addEventListener('click', (event) => {
      const id = event.target.closest('[data-go]')?.dataset.go;
      if (this.#section.classList.contains('current') && this.#spans.has(id)) this.#element(id).focus();
    });
  }

  #element(id) {
    return this.#figure.querySelector(`.span[data-id="${id}"]`);
  }

  #select(id) {
    this.#selected = id;
    this.#highlight(id);
  }

  #highlight(id) {
    const near = new Set([id]);
    for (const link of this.#figure.querySelectorAll('.link')) {
      const { from, to } = link.dataset;
      const on = from === id || to === id;
      link.classList.toggle('on', on);
      if (on) near.add(from).add(to);
    }
    for (const span of this.#figure.querySelectorAll('.span')) {
      const selected = span.dataset.id === this.#selected;
      span.classList.toggle('on', near.has(span.dataset.id));
      span.setAttribute('aria-pressed', String(selected));
      span.setAttribute('tabindex', selected ? '0' : '-1');
    }
    this.#figure.classList.add('lit');
    this.#details.innerHTML = String(describeSpan(this.#spans.get(id), this.view.spans));
  }
}
