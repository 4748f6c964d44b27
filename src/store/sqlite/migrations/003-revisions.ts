/** Format 3: the revision of the alert state of each site. */

/** Counts the changes, so that nobody overwrites what was changed since they read it. */
export const revisions = `
  ALTER TABLE site ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
  UPDATE site SET revision = 1 WHERE alert_state IS NOT NULL;
`;
