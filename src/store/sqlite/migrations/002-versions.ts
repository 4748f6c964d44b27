/** Format 2: the product version of each site. */

/** Apart from `site`, because it is written by looks of its own; a site may have a version before its first check. */
export const versions = `
  CREATE TABLE site_version (
    site  INTEGER PRIMARY KEY,
    state TEXT NOT NULL
  ) STRICT;
`;
