// Imports spanlink in a process that has just started, and calls it once.
import { report } from './report.cjs';

await report(() => import('spanlink'), 'spanlink');
