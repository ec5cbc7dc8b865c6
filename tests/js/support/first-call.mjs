// A thread with an instance of its own, in which one call is the first.
import './wasm-memory.mjs';
import { workerData } from 'node:worker_threads';
import { calls } from './calls-inside.mjs';

calls[workerData]();
