/** A clock that stands still until a test moves it. Sleepers wake in the order of their deadlines. */
import type { Clock } from '../../src/platform/clock.ts';

/** So many times may sleepers wake while no time passes, and in one `advance`. Whoever sleeps more often never ends. */
const MOST_AT_ONCE = 1_000;
const MOST_IN_ALL = 100_000;

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  #sleepers: Sleeper[] = [];
  #endedAtOnce = 0;
  #breakdown: Error | undefined;

  constructor(start: string | Date = '2026-11-24T10:00:00Z') {
    this.#wallMs = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        this.#endedAtOnce += 1;
        if (this.#endedAtOnce > MOST_IN_ALL) {
          this.breakDown(new Error('someone goes on to sleep although nobody may any more'));
          return;
        }
        reject(signal.reason as Error);
        return;
      }
      const sleeper = { wakeAtMs: this.#monotonicMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener(
        'abort',
        () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  }

  /** How many sleep. A test that expects someone to wait can check it. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /**
   * Lets time pass, wall and monotonic alike, waking sleepers on the way and letting their work run between.
   *
   * @throws Error when someone sleeps again and again and gets nowhere, or what `breakDown` was told
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    let [atOnce, inAll] = [0, 0];
    await settled();
    for (;;) {
      const next = this.#sleepers
        .filter((s) => s.wakeAtMs <= endMs)
        .sort((a, b) => a.wakeAtMs - b.wakeAtMs)[0];
      if (next === undefined) break;
      atOnce = next.wakeAtMs > this.#monotonicMs ? 0 : atOnce + 1;
      inAll += 1;
      if (atOnce > MOST_AT_ONCE || inAll > MOST_IN_ALL)
        throw new Error(`someone sleeps without end (${ms} ms)`);
      this.#moveTo(Math.max(next.wakeAtMs, this.#monotonicMs));
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
      await settled();
    }
    this.#moveTo(endMs);
    await settled();
    if (this.#breakdown !== undefined) throw this.#breakdown;
  }

  /** Lets `advance` fail, for a fake that has seen what the code under test must never do. */
  breakDown(error: Error): void {
    this.#breakdown ??= error;
  }

  /**
   * What `work` comes to while at most `ms` pass.
   *
   * @throws Error when it takes longer
   */
  async finish<T>(work: Promise<T>, ms = 0): Promise<T> {
    let isDone = false;
    const settling = work.finally(() => {
      isDone = true;
    });
    settling.catch(() => undefined);
    await this.advance(ms);
    if (!isDone) throw new Error(`not done within ${ms} ms`);
    return settling;
  }

  /** Steps the wall clock alone, as an administrator or NTP does. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

/** Lets promises that are ready run their course, including some that hop over the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
