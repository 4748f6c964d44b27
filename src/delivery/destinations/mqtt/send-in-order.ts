/** Sends a batch without waiting for each answer, and keeps its order all the same. */
import type { Outcome } from '../../destination.ts';

/**
 * As many outcomes as items. Once one is deferred nothing more is sent, and the later ones count as not delivered
 * even where they were on their way: they come again, after the one that has to go first.
 *
 * @param window how many may be on their way at a time, at least 1
 * @param send never rejects
 */
export async function sendInOrder<Item>(
  items: readonly Item[],
  window: number,
  send: (item: Item) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: (Outcome | undefined)[] = items.map(() => undefined);
  const underway = new Set<Promise<void>>();
  let isStopped = false;
  for (const [index, item] of items.entries()) {
    while (underway.size >= window) await Promise.race(underway);
    if (isStopped) break;
    const sent = send(item).then((outcome) => {
      outcomes[index] = outcome;
      if (outcome.kind === 'deferred') isStopped = true;
      underway.delete(sent);
    });
    underway.add(sent);
  }
  await Promise.all(underway);
  const first = outcomes.findIndex((outcome) => outcome?.kind === 'deferred');
  return outcomes.map((outcome, index) => {
    return first === -1 || index <= first ? outcome! : notYet(outcomes[first] as Deferred);
  });
}

type Deferred = Extract<Outcome, { kind: 'deferred' }>;

function notYet({ reason, detail }: Deferred): Outcome {
  return { kind: 'deferred', reason, detail: `Waits for an earlier message. ${detail}` };
}
