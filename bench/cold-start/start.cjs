// Requires the package it is told, in a process that has just started, and calls it once.
const { report } = require('./report.cjs');

const [name] = process.argv.slice(2);
report(() => require(name), name);
