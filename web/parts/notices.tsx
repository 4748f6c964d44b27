/** What stands in place of data: being loaded, not to be had, none there. Each says what to do. */
import type { ComponentChildren } from 'preact';
import type { Failure } from '../data/api.ts';
import { MarkIcon } from './mark.tsx';

export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="placeholder" role="status">
      Loading {what} …
    </p>
  );
}

interface EmptyProps {
  readonly title: string;
  /** Whether the title is that of the whole page. */
  readonly isPage?: boolean;
  readonly children?: ComponentChildren;
}

export function Empty({ title, isPage = false, children }: EmptyProps) {
  return (
    <div class="placeholder">
      {isPage ? <h1 class="placeholder-title">{title}</h1> : <p class="placeholder-title">{title}</p>}
      {children}
    </div>
  );
}

interface FailedProps {
  readonly what: string;
  readonly failure: Failure;
  readonly onRetry: () => void;
}

export function Failed({ what, failure, onRetry }: FailedProps) {
  return (
    <div class="placeholder" role="alert">
      <p class="placeholder-title">
        <MarkIcon mark="critical" /> {what} cannot be shown
      </p>
      <p>{failure.message}</p>
      <p>The page tries again every minute.</p>
      <button type="button" onClick={onRetry}>
        Try again now
      </button>
    </div>
  );
}

/** Above data that could not be refreshed. */
export function Stale({ failure, onRetry }: { readonly failure: Failure; readonly onRetry: () => void }) {
  return (
    <div class="banner banner-warning" role="alert">
      <MarkIcon mark="warning" />
      <p>
        <strong>Not up to date.</strong> {failure.message} What follows is the last that was known.
      </p>
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
