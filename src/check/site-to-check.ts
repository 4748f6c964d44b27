/** A site's section of the configuration as what a check needs. */
import { randomInt } from 'node:crypto';
import type { AlertPolicy } from '../alert/policy.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { openSenseSite } from '../sense/connection.ts';
import type { SiteSection } from '../sense/site-section.ts';
import type { SiteToCheck } from './check-site.ts';
import { siteRules } from './site-rules.ts';

/** Opens no connection yet; the first check does. */
export function siteToCheck(
  section: SiteSection,
  alerts: AlertPolicy,
  { clock, logger }: { clock: Clock; logger: Logger },
): SiteToCheck {
  const { timeZone, dateOrder, manualEndDate, perpetual, tags } = section;
  return {
    rules: siteRules(section, alerts),
    tags,
    reading: { timeZone, dateOrder, perpetual, manualEndDate: manualEndDate ?? null },
    sense: openSenseSite(section, { clock, logger, newKey: newXrfKey }),
  };
}

const XRF_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The 16 letters and digits that Qlik wants in query and header alike, against cross-site requests. Not the chance that is passed in:
 * nobody should be able to foresee it, also where a test or the demo leaves nothing to chance.
 */
function newXrfKey(): string {
  let key = '';
  for (let index = 0; index < 16; index += 1) key += XRF_CHARACTERS[randomInt(XRF_CHARACTERS.length)];
  return key;
}
