/**
 * Loaded into the real program with `--import`: its wall clock is ahead of the real one by the milliseconds that stand in
 * the file CLOCK_AHEAD_FILE, at every moment. The monotonic clock and timers know nothing of it, as with a real step.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const file = process.env['CLOCK_AHEAD_FILE']!;
const now = () => RealDate.now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [], self) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, self) as Date,
  get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
});
