/** Waiting for something, but not for ever. */
import { type Clock, woken } from './clock.ts';

/** What `work` resolves to; undefined when that takes longer than `ms`, or as soon as `cut` aborts. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  { clock, cut }: { clock: Clock; cut?: AbortSignal },
): Promise<T | undefined> {
  const timer = new AbortController();
  const end = () => timer.abort(woken);
  cut?.addEventListener('abort', end);
  if (cut?.aborted === true) end();
  const over = clock.sleep(ms, timer.signal).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, over]);
  } finally {
    end();
    cut?.removeEventListener('abort', end);
  }
}
