/** By which rules a site's alerts are decided, from the configuration. Pure. */
import type { AlertPolicy } from '../alert/policy.ts';
import type { AlertRules } from '../alert/step.ts';
import type { SiteSection } from '../sense/site-section.ts';

export function siteRules({ name, timeZone, thresholdDays }: SiteSection, alerts: AlertPolicy): AlertRules {
  return {
    site: name,
    timeZone,
    policy: { ...alerts, thresholdDays: thresholdDays ?? alerts.thresholdDays },
  };
}
