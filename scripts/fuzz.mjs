// Fuzzes for longer than a change has to wait: 200,000 cases for each property, or as many as FUZZ_RUNS says.
process.env.FUZZ_RUNS ||= '200000';
process.argv.push('test/fuzz');
await import('./test.mjs');
