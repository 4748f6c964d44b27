/** What was given up: try it again, or let it go. */
import { useState } from 'preact/hooks';
import type { DeadLetterRow } from '../../src/web/api.ts';
import { useConnection } from '../data/connection.ts';
import { useMe } from '../data/use-me.ts';
import { MarkIcon } from '../parts/mark.tsx';
import { MayOnlyLook } from '../parts/may-only-look.tsx';
import { SiteLink } from '../parts/site-link.tsx';
import { When } from '../parts/when.tsx';
import { ConfirmDrop } from './confirm-drop.tsx';

interface DeadLettersProps {
  readonly letters: readonly DeadLetterRow[];
  /** May be more than are listed. */
  readonly total: number;
  readonly onChange: () => Promise<void>;
}

export function DeadLetters({ letters, total, onChange }: DeadLettersProps) {
  const { api } = useConnection();
  const mayAct = useMe()?.role !== 'read';
  const [dropping, setDropping] = useState<DeadLetterRow>();
  const [busy, setBusy] = useState<string>();
  const [said, setSaid] = useState<{ readonly isFailure: boolean; readonly text: string }>();

  async function act(method: 'POST' | 'DELETE', letter: DeadLetterRow): Promise<void> {
    setBusy(keyOf(letter));
    const path = `api/v1/dead-letters/${encodeURIComponent(letter.destination)}/${letter.seq}`;
    const answer = await api.send(method, method === 'POST' ? `${path}/retry` : path);
    const done = method === 'POST' ? 'goes out again' : 'was dropped';
    setSaid(
      answer.kind === 'data'
        ? { isFailure: false, text: `“${letter.title}” for ${letter.destination} ${done}.` }
        : { isFailure: true, text: `Not done: ${answer.failure.message}` },
    );
    await onChange();
    setBusy(undefined);
  }

  return (
    <>
      <p role="status" class={said?.isFailure === true ? 'banner banner-warning' : 'said'}>
        {said?.text}
      </p>
      {!mayAct && <MayOnlyLook what="retry or drop" />}
      {total > letters.length && (
        <p class="muted">
          The newest {letters.length} of {total}.
        </p>
      )}
      <ul class="letters">
        {letters.map((letter) => (
          <li key={keyOf(letter)} class="letter">
            <MarkIcon mark={letter.severity === 'info' ? 'fine' : letter.severity} />
            <div>
              <p class="alert-title">
                <strong>
                  <SiteLink site={letter.site}>{letter.title}</SiteLink>
                </strong>{' '}
                <span class="muted">
                  {letter.severity} {letter.topic}, <When at={letter.occurredAt} show="exact" />
                </span>
              </p>
              <p>
                For <strong>{letter.destination}</strong>, given up <When at={letter.at} />: {letter.detail}{' '}
                <span class="muted">({letter.reason})</span>
              </p>
            </div>
            {mayAct && (
              <div class="letter-actions">
                <button
                  type="button"
                  disabled={busy === keyOf(letter)}
                  aria-label={`Retry: ${letter.title}, for ${letter.destination}`}
                  onClick={() => void act('POST', letter)}
                >
                  Retry
                </button>
                <button
                  type="button"
                  class="quiet"
                  disabled={busy === keyOf(letter)}
                  aria-label={`Drop: ${letter.title}, for ${letter.destination}`}
                  onClick={() => setDropping(letter)}
                >
                  Drop …
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {dropping !== undefined && (
        <ConfirmDrop
          letter={dropping}
          onAnswer={(isSure) => {
            setDropping(undefined);
            if (isSure) void act('DELETE', dropping);
          }}
        />
      )}
    </>
  );
}

const keyOf = ({ destination, seq }: DeadLetterRow) => `${destination} ${seq}`;
