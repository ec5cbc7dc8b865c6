// How much memory a trace id costs that a program keeps when its batch is long gone. A process of its own: prints JSON.
import { linkBatch } from 'spanlink';
import { headers, kafka } from 'spanlink/carriers';
import { memoryInUse } from '../child.mjs';
import { kafkaMessages, textMessages } from './corpus.mjs';

const BATCH = 1000;
const BATCHES = 40;

const idByRegex = ({ headers: found }) => /^00-([\da-f]{32})-/.exec(found.traceparent)?.[1];

const ways = {
  text: () => linkBatch(textMessages(BATCH), { reader: headers, maxLinks: BATCH }).links.map(idOf),
  buffers: () => linkBatch(kafkaMessages(BATCH), { reader: kafka, maxLinks: BATCH }).links.map(idOf),
  regex: () => textMessages(BATCH).map(idByRegex),
};
const idOf = ({ context }) => context.traceId;

const way = ways[process.argv[2]];
const kept = [];
way();
const before = memoryInUse();
for (let batch = 0; batch < BATCHES; batch++) kept.push(...way());
const after = memoryInUse();
const grown = after.heap + after.arrayBuffers - before.heap - before.arrayBuffers;
console.log(JSON.stringify({ bytes: grown / kept.length, kept: kept.length }));
