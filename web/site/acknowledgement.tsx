/** Whether somebody knows of the alert of a site, and the way to say so or to take it back. */
import { useRef, useState } from 'preact/hooks';
import type { AcknowledgementBody, ShownAcknowledgement, SiteDetail } from '../../src/web/api.ts';
import type { Failure } from '../data/api.ts';
import { useConnection } from '../data/connection.ts';
import { useMe } from '../data/use-me.ts';
import { MayOnlyLook } from '../parts/may-only-look.tsx';
import { When } from '../parts/when.tsx';
import { canBeAcknowledged, untilInWords } from '../words/acknowledgement.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { rememberedName, rememberName } from './remembered-name.ts';

interface AcknowledgementProps {
  readonly site: SiteDetail;
  readonly onChange: () => Promise<void>;
}

export function Acknowledgement({ site, onChange }: AcknowledgementProps) {
  const { api } = useConnection();
  const me = useMe();
  const panel = useRef<HTMLElement>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [said, setSaid] = useState<{ readonly isFailure: boolean; readonly text: string }>();
  const { acknowledgement } = site;
  const path = `api/v1/sites/${encodeURIComponent(site.name)}/acknowledgement`;
  if (acknowledgement === null && !canBeAcknowledged(site) && said === undefined) return null;

  /** The button that was pressed is gone afterwards, so the focus needs another place. */
  async function finish(text: string): Promise<void> {
    setSaid({ isFailure: false, text });
    await onChange();
    panel.current?.focus();
  }

  async function acknowledge(body: AcknowledgementBody): Promise<Failure | undefined> {
    const answer = await api.send('POST', path, body);
    if (answer.kind === 'failed') return answer.failure;
    if (body.by !== undefined) rememberName(body.by);
    setIsAsking(false);
    await finish('Acknowledged. The destinations are told.');
    return undefined;
  }

  async function withdraw(): Promise<void> {
    setIsBusy(true);
    const by = me?.name ?? rememberedName();
    const answer = await api.send('DELETE', by === '' ? path : `${path}?by=${encodeURIComponent(by)}`);
    setIsBusy(false);
    if (answer.kind === 'data') {
      await finish('Withdrawn. The next check says again what is to be said.');
    } else {
      setSaid({ isFailure: true, text: `Not done: ${answer.failure.message}` });
    }
  }

  return (
    <section
      class={acknowledgement === null ? 'acknowledgement' : 'acknowledgement is-acknowledged'}
      aria-label="Acknowledgement"
      tabIndex={-1}
      ref={panel}
    >
      {acknowledgement !== null && <Known acknowledgement={acknowledgement} />}
      <p role="status" class={said?.isFailure === true ? 'banner banner-warning' : 'said'}>
        {said?.text}
      </p>
      {me?.role === 'read' ? (
        <MayOnlyLook what="acknowledge" />
      ) : (
        <div class="acknowledgement-actions">
          {canBeAcknowledged(site) && (
            <button type="button" onClick={() => setIsAsking(true)}>
              {acknowledgement === null ? 'Acknowledge …' : 'Change …'}
            </button>
          )}
          {acknowledgement !== null && (
            <button type="button" disabled={isBusy} onClick={() => void withdraw()}>
              Withdraw
            </button>
          )}
        </div>
      )}
      {isAsking && (
        <AcknowledgeDialog
          site={site}
          name={me?.name ?? rememberedName()}
          onSend={acknowledge}
          onCancel={() => setIsAsking(false)}
        />
      )}
    </section>
  );
}

function Known({ acknowledgement }: { readonly acknowledgement: ShownAcknowledgement }) {
  const { by, why, at, coversExpiredAndBlocked } = acknowledgement;
  return (
    <div>
      <p>
        <strong>
          Acknowledged by {by} {untilInWords(acknowledgement)}
        </strong>{' '}
        <span class="muted">
          <When at={at} />
        </span>
      </p>
      <p>{why}</p>
      <p class="muted">
        {coversExpiredAndBlocked
          ? 'Silent even if it expires or is blocked.'
          : 'Should it expire or be blocked, that is told all the same.'}
      </p>
    </div>
  );
}
