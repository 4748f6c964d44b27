/**
 * Acknowledging a site: the new alert state and what is told of it, in one transaction. A check that is under way meanwhile is
 * neither lost nor overwritten: whoever comes second reckons again from what the first one stored.
 */
import {
  type AcknowledgementNotice,
  type AcknowledgementRequest,
  acknowledge,
  type Refusal,
  untilInShort,
  withdraw,
} from '../alert/acknowledgement.ts';
import { wordAcknowledgementNotice } from '../alert/acknowledgement-wording.ts';
import type { Acknowledgement, AlertState } from '../alert/state.ts';
import { pointOfAlert } from '../license/points.ts';
import type { Message } from '../store/message.ts';
import type { SiteRecord } from '../store/store.ts';
import type { CheckTools, SiteToCheck } from './check-site.ts';
import { commonPart, type SiteFacts } from './outgoing.ts';
import { productKnownOf } from './version-messages.ts';

export type AcknowledgeResult =
  | { readonly kind: 'acknowledged'; readonly acknowledgement: Acknowledgement }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  | { readonly kind: 'unknown-site' };

export interface Acknowledging {
  /** What was acknowledged in the same words before, and still holds, is told no second time. */
  acknowledge(site: string, request: AcknowledgementRequest): Promise<AcknowledgeResult>;
  /** @param by who takes it back; null when nobody says */
  withdraw(site: string, by: string | null): Promise<'withdrawn' | 'not-acknowledged' | 'unknown-site'>;
}

type KnownSite = Pick<SiteToCheck, 'rules' | 'tags'>;
type Change = { readonly state: AlertState; readonly notice: AcknowledgementNotice };

/** So often a check may come in between. */
const MOST_ATTEMPTS = 5;

/** @throws StoreError from its functions, when the store takes nothing; nothing was changed then */
export function acknowledging(sites: readonly KnownSite[], tools: CheckTools): Acknowledging {
  const { store, clock, logger, route, onOutbox } = tools;
  const siteOf = (name: string) => sites.find(({ rules }) => rules.site === name);

  /** Tries until nobody comes in between. `change` gives what to store, or why there is nothing to. */
  async function commit<Other>(
    site: KnownSite,
    change: (record: SiteRecord | null, now: number) => { to: Change } | { instead: Other },
  ): Promise<Change | { readonly instead: Other }> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const record = await store.siteRecord(site.rules.site);
      const at = clock.now().getTime();
      const result = change(record, at);
      if ('instead' in result) return result;
      const { state, notice } = result.to;
      const facts = await factsOf(site, record!, result.to, tools);
      const routed = route(acknowledgementMessage(notice, facts, site));
      const messages = routed === undefined ? [] : [routed];
      const { revision: basedOn } = record!;
      const outcome = await store.commitAlertState({
        site: site.rules.site,
        at,
        basedOn,
        alertState: state,
        messages,
      });
      if (outcome === 'stale') continue;
      const { by, until } = notice.acknowledgement;
      logger.info({ site: site.rules.site, by, until: untilInShort(until) }, notice.kind);
      if (messages.length > 0) onOutbox();
      return result.to;
    }
    throw new Error(`the alert state of ${site.rules.site} was changed again and again meanwhile`);
  }

  return {
    async acknowledge(name, request) {
      const site = siteOf(name);
      if (site === undefined) return { kind: 'unknown-site' };
      const done = await commit<AcknowledgeResult>(site, (record, now) => {
        if (record === null) return { instead: neverChecked };
        const result = acknowledge(record.alertState, request, site.rules, now);
        if (result.kind === 'acknowledged') return { to: result };
        if (result.kind === 'refused') return { instead: result };
        return { instead: { kind: 'acknowledged', acknowledgement: result.acknowledgement } };
      });
      if ('instead' in done) return done.instead;
      return { kind: 'acknowledged', acknowledgement: done.notice.acknowledgement };
    },
    async withdraw(name, by) {
      const site = siteOf(name);
      if (site === undefined) return 'unknown-site';
      const done = await commit(site, (record, now) => {
        const change = record === null ? undefined : withdraw(record.alertState, by, site.rules, now);
        return change === undefined ? { instead: 'not-acknowledged' as const } : { to: change };
      });
      return 'instead' in done ? done.instead : 'withdrawn';
    },
  };
}

const neverChecked: AcknowledgeResult = {
  kind: 'refused',
  reason: 'nothing-to-acknowledge',
  detail: 'The site was not checked yet, so there is no alert to acknowledge.',
};

async function factsOf(
  { rules, tags }: KnownSite,
  { alertState, lastCheck }: SiteRecord,
  { state, notice }: Change,
  { store }: CheckTools,
): Promise<SiteFacts> {
  return {
    site: rules.site,
    tags,
    reachable: lastCheck.outcome.kind === 'reading',
    verdict: notice.verdict,
    confirmed: alertState.confirmed,
    product: productKnownOf(await store.versionRecord(rules.site)),
    acknowledgement: state.acknowledgement ?? null,
  };
}

function acknowledgementMessage(
  notice: AcknowledgementNotice,
  facts: SiteFacts,
  { rules, tags }: KnownSite,
): Message {
  const { id, kind, severity, at, verdict } = notice;
  const words = wordAcknowledgementNotice(notice, rules);
  const point = { site: rules.site, tags, at, id, kind, severity, title: words.title, rung: null };
  return {
    ...commonPart(facts),
    id,
    topic: 'alert',
    kind,
    severity,
    occurredAt: at,
    lastConfirmedAt: facts.confirmed?.at ?? null,
    rung: null,
    skippedRungs: [],
    reminder: false,
    ...words,
    points: [pointOfAlert({ ...point, daysLeft: verdict?.daysLeft ?? null })],
  };
}
