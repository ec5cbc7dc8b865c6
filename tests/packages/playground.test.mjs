// The playground in headless Chromium, as a person uses it, served by the script that people run.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { chromium } from 'playwright-core';
import { LAUNCH, withoutChromium } from './support/chromium.mjs';

const url = process.env.SPANLINK_PLAYGROUND;
const SERVED = 'npm run test:packages serves the page';
const skip = withoutChromium || (url ? false : SERVED);
const browser = skip ? undefined : await chromium.launch(LAUNCH);
after(() => browser?.close());

/** A page that must not complain, nor ask anybody else for anything. */
async function open(t, options) {
  const page = await browser.newPage(options);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  t.after(async () => {
    await page.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(url);
  await page.locator('#rows tr').first().waitFor();
  return page;
}

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const paste = (page, value) =>
  page.locator('#input').fill(typeof value === 'string' ? value : JSON.stringify(value));
const rows = (page) => page.locator('#rows tr td:nth-child(2)').allTextContents();
const text = (page, selector) => page.locator(selector).textContent();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

describe('the server', { skip: url ? false : SERVED }, () => {
  for (const [path, expected] of [
    ['/', 200],
    ['/spanlink/esm/index.js', 200],
    ['//[', 404],
    ['http://[', 404],
    ['/playground/../../package.json', 404],
    ['/playground/..%2f..%2fpackage.json', 404],
    ['/playground/%00', 404],
  ]) {
    test(`${path}: ${expected}`, async () => {
      const { hostname, port } = new URL(url);
      const [response] = await once(http.get({ hostname, port, path }), 'response');
      response.resume();
      assert.equal(response.statusCode, expected);
    });
  }
});

describe('messages', { skip }, () => {
  test('a batch of many kinds adds up', async (t) => {
    const page = await open(t);
    const sum = await text(page, '#report');
    const [messages, ...parts] = sum.match(/\d+/g).map(Number);
    assert.equal(messages, 6);
    assert.equal(
      parts.reduce((total, part) => total + part),
      messages,
    );
    const said = await rows(page);
    assert.deepEqual(said.slice(3), ['bad_span_id', 'missing', 'multiple']);
    assert.equal(said[0], TRACEPARENT.slice(3), 'bytes are revived');
    assert.equal(JSON.parse(await text(page, '#links')).length, 2);
  });

  test('every sample has a context in each message but those meant to be broken', async (t) => {
    const page = await open(t);
    for (const sample of (await page.locator('#sample option').allTextContents()).slice(1)) {
      await page.locator('#sample').selectOption(sample);
      for (const said of await rows(page)) assert.match(said, /^[0-9a-f]{32}-/, sample);
    }
  });

  test('pasted: a value, a list, one a line, none of these', async (t) => {
    const page = await open(t);
    const message = { headers: { traceparent: TRACEPARENT } };
    for (const [value, count] of [
      [message, 1],
      [[message, {}], 2],
      [`${JSON.stringify(message)}\n\n${JSON.stringify({})}\n`, 2],
      [[['traceparent', TRACEPARENT]], 1],
    ]) {
      await paste(page, value);
      assert.equal((await rows(page)).length, count);
      assert.equal((await rows(page))[0], TRACEPARENT.slice(3));
      assert.equal(await text(page, '#input-fault'), '');
    }
    await paste(page, `${JSON.stringify(message)}\nnonsense`);
    assert.match(await text(page, '#input-fault'), /^line 2 is not JSON/);
    await paste(page, '<img src=x onerror=alert(1)>');
    assert.match(await text(page, '#input-fault'), /not JSON/);
  });

  test('markup in a message stays text', async (t) => {
    const page = await open(t);
    await paste(page, { headers: { traceparent: TRACEPARENT, tracestate: 'a=<b>1</b>' } });
    assert.equal(await page.locator('#rows b').count(), 0);
  });

  test('a reader, a policy and a limit that are chosen', async (t) => {
    const page = await open(t);
    await page.locator('#reader').selectOption('sqs');
    assert.ok((await rows(page)).every((said) => said === 'missing'));
    await page.locator('#reader').selectOption('auto');
    await page.locator('#max-links').fill('1');
    assert.match(await text(page, '#report'), /1 linked .* 1 dropped/);
    await page.locator('#overflow').selectOption('split');
    assert.match(await text(page, '#report'), /2 linked .* 0 dropped/);
    await page.locator('#max-links').fill('0');
    assert.match(await text(page, '#input-fault'), /`maxLinks` must be/);
  });

  test('a file that is dropped', async (t) => {
    const page = await open(t);
    const transfer = await page.evaluateHandle(
      (line) => {
        const data = new DataTransfer();
        data.items.add(new File([line], 'messages.ndjson'));
        return data;
      },
      JSON.stringify({ metadata: { traceparent: TRACEPARENT } }),
    );
    await page.locator('#input').dispatchEvent('drop', { dataTransfer: transfer });
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 1);
    assert.deepEqual(await rows(page), [TRACEPARENT.slice(3)]);
  });
});

describe('a join', { skip }, () => {
  test('complete, redelivered, settled, late', async (t) => {
    const page = await open(t);
    await press(page, 'Offer inventory');
    assert.match(await text(page, '#outcome'), /pending, payment still missing/);
    assert.equal(await page.locator('#drawing .curve').count(), 0);
    await press(page, 'Offer payment');
    assert.match(await text(page, '#outcome'), /complete, 2 links$/);
    assert.equal(await page.locator('#drawing .curve').count(), 2);
    await press(page, 'Deliver the last one again');
    assert.match(await text(page, '#outcome'), /complete, 2 links, redelivered/);
    await press(page, 'Settle');
    await press(page, 'Deliver the last one again');
    assert.match(await text(page, '#outcome'), /duplicate, the join is complete/);
    await press(page, 'Offer payment');
    assert.match(
      await text(page, '#outcome'),
      /late, after complete, with a link to the span that settled it/,
    );
    assert.equal(await page.locator('#log li').count(), 6);
  });

  test('expired, with the link that did arrive', async (t) => {
    const page = await open(t);
    await page.getByLabel('Timeout, s').fill('15');
    await press(page, 'Begin anew');
    await press(page, 'Offer payment');
    await press(page, 'Expire');
    assert.match(await text(page, '#outcome'), /nothing is due/);
    await press(page, '10 s pass');
    await press(page, '10 s pass');
    await press(page, 'Expire');
    assert.match(await text(page, '#outcome'), /expired, without inventory/);
    assert.equal(await page.locator('#drawing .curve').count(), 1);
    await press(page, 'Offer inventory');
    assert.match(await text(page, '#outcome'), /late, after expired/);
  });

  test('a definition that makes no sense is told, and the join stays', async (t) => {
    const page = await open(t);
    await page.getByLabel('Slots').fill('');
    await press(page, 'Begin anew');
    assert.match(await text(page, '#definition-fault'), /slots/);
    await press(page, 'Offer payment');
    assert.match(await text(page, '#outcome'), /pending/);
  });
});

describe('for everybody', { skip }, () => {
  test('with the keyboard alone', async (t) => {
    const page = await open(t);
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
    for (const name of ['Offer payment', 'Offer inventory']) {
      for (let steps = 0; (await focused()) !== name; steps++) {
        assert.ok(steps < 40, `${name} is reached`);
        await page.keyboard.press('Tab');
      }
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(outline, 'solid', 'the focus is visible');
      await page.keyboard.press('Enter');
    }
    assert.match(await text(page, '#outcome'), /complete/);
  });

  test('every control has a name', async (t) => {
    const page = await open(t);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('input, select, textarea, button')]
        .filter((each) => !each.labels?.length && !each.textContent.trim())
        .map((each) => each.id),
    );
    assert.deepEqual(nameless, []);
  });

  for (const [name, options] of Object.entries({
    '400 pixels wide': { viewport: { width: 400, height: 800 } },
    dark: { colorScheme: 'dark' },
    light: { colorScheme: 'light' },
  })) {
    test(`${name}: nothing is cut off, and text stands out`, async (t) => {
      const page = await open(t, options);
      const { wide, contrast } = await page.evaluate(() => {
        const luminance = (color) => {
          const [r, g, b] = color.match(/\d+/g).map((part) => {
            const value = part / 255;
            return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const panel = getComputedStyle(document.querySelector('.panel')).backgroundColor;
        const ratios = ['h2', 'p', '.good', '.bad', 'label'].map((selector) => {
          const pair = [getComputedStyle(document.querySelector(`.panel ${selector}`)).color, panel].map(
            luminance,
          );
          return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        });
        const right = Math.max(
          ...[...document.querySelectorAll('.panel *')].map((each) => each.getBoundingClientRect().right),
        );
        return {
          wide: Math.max(document.documentElement.scrollWidth, right) > innerWidth,
          contrast: Math.min(...ratios),
        };
      });
      assert.equal(wide, false);
      assert.ok(contrast >= 4.5, `contrast ${contrast}`);
    });
  }
});
