/** Below a list: more of it, if there is more. */
import type { Rows } from '../data/use-rows.ts';

export function OlderButton({ list, what }: { readonly list: Rows<unknown>; readonly what: string }) {
  return (
    <div class="older">
      {list.failure !== undefined && <p role="alert">{list.failure.message}</p>}
      {list.hasOlder && (
        <button type="button" disabled={list.isLoading} onClick={() => void list.loadOlder()}>
          {list.isLoading ? 'Loading …' : `Older ${what}`}
        </button>
      )}
    </div>
  );
}
