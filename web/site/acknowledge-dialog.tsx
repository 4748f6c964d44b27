/** Asks who knows, why, and until when alerts should be silent. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AcknowledgementBody, SiteDetail } from '../../src/web/api.ts';
import type { Failure } from '../data/api.ts';
import { useNow } from '../data/connection.ts';
import { dayFromNow, nextRungInWords } from '../words/acknowledgement.ts';

interface AcknowledgeDialogProps {
  readonly site: SiteDetail;
  /** Whom to suggest as the one who acknowledges. */
  readonly name: string;
  /** Resolves to why it was not taken; undefined when it was. */
  readonly onSend: (body: AcknowledgementBody) => Promise<Failure | undefined>;
  readonly onCancel: () => void;
}

const SUGGESTED_DAYS = 7;
const MOST_DAYS = 366;

export function AcknowledgeDialog({ site, name, onSend, onCancel }: AcknowledgeDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const now = useNow();
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const next = nextRungInWords(site);
  const isOver = site.state === 'expired' || site.state === 'blocked';
  const dayIn = (days: number) => dayFromNow(days, now, site.timeZone);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const text = (field: string) => {
      const value = given.get(field);
      return typeof value === 'string' ? value.trim() : '';
    };
    setIsBusy(true);
    const refused = await onSend({
      by: text('by'),
      why: text('why'),
      until: text('until') === 'day' ? text('day') : 'next-rung',
      coverExpiredAndBlocked: given.get('cover') !== null,
    });
    if (refused === undefined) return;
    setFailure(refused);
    setIsBusy(false);
  }

  return (
    <dialog
      ref={dialog}
      class="acknowledge"
      aria-labelledby="acknowledge-title"
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      <h2 id="acknowledge-title">Acknowledge the alert of {site.name}</h2>
      <p class="muted">
        Reminders and rungs are silent for a while. The page, the status and the metrics go on; a new license
        ends it.
      </p>
      <form onSubmit={(event) => void send(event)}>
        <label>
          Who
          <input name="by" required maxLength={100} defaultValue={name} autoComplete="name" />
        </label>
        <label>
          Why
          <textarea name="why" required maxLength={500} rows={2} placeholder="The renewal is ordered" />
        </label>
        <fieldset>
          <legend>Until</legend>
          <label class="choice">
            <input type="radio" name="until" value="day" defaultChecked />
            <span>
              A day, on which alerts speak again{' '}
              <input
                type="date"
                name="day"
                aria-label="Day on which alerts speak again"
                required
                min={dayIn(1)}
                max={dayIn(MOST_DAYS)}
                defaultValue={dayIn(SUGGESTED_DAYS)}
              />
            </span>
          </label>
          {next !== null && (
            <label class="choice">
              <input type="radio" name="until" value="next-rung" />
              <span>The next rung: {next}</span>
            </label>
          )}
        </fieldset>
        <label class="choice">
          <input type="checkbox" name="cover" required={isOver} />
          <span>
            {isOver
              ? 'Yes, be silent although users may not be able to work'
              : 'Be silent even if it expires or is blocked meanwhile'}
          </span>
        </label>
        {failure !== undefined && (
          <p role="alert" class="banner banner-warning">
            Not done: {failure.message}
          </p>
        )}
        <div class="dialog-actions">
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isBusy}>
            Acknowledge
          </button>
        </div>
      </form>
    </dialog>
  );
}
