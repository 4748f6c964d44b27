/** What has come in so far, and a way to wait for more of it without asking again and again. */

const LONGEST_WAIT_MS = 45_000;

export interface Inbox<T> {
  readonly items: readonly T[];
  add(item: T): void;
  /** Resolves with everything as soon as it passes; rejects after 45 s with the end of what came in. */
  until(passes: (items: readonly T[]) => boolean): Promise<readonly T[]>;
}

/** @param name for the error of a wait that was in vain */
export function createInbox<T>(name: string): Inbox<T> {
  const items: T[] = [];
  const waiting = new Set<() => void>();
  return {
    items,
    add(item) {
      items.push(item);
      for (const look of waiting) look();
    },
    until(passes) {
      // Made here, so that its stack names the test that waits.
      const inVain = new Error(`what the test waits for has not come to ${name} within 45 s`);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          inVain.message += `; the last that came: ${JSON.stringify(items.slice(-8), null, 1)}`;
          reject(inVain);
        }, LONGEST_WAIT_MS);
        const look = () => {
          if (!passes(items)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(items);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
