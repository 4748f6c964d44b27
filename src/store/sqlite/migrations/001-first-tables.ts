/** Format 1: sites, history, messages, the outbox and receipts. */

/**
 * - Names are kept once, as numbers everywhere else.
 * - `finding` holds what a check saw apart from its time, once for as long as it stays the same: most checks
 *   of a day say the same, so a row of the history takes a few bytes instead of a thousand.
 * - A message is kept once for all its destinations; `uses` counts the outbox rows and receipts that show it.
 * - `seq` is never given twice (AUTOINCREMENT), because whoever settles a row knows it by that number alone.
 * - `topic` is 0 for a status and 1 for an alert. A receipt without a reason is one of a delivery.
 */
export const firstTables = `
  CREATE TABLE destination (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    lane TEXT
  ) STRICT;

  CREATE TABLE site (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    last_finding INTEGER,
    thinned_to   INTEGER NOT NULL DEFAULT 0,
    alert_state  TEXT,
    last_check   TEXT,
    status       TEXT
  ) STRICT;

  CREATE TABLE finding (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE past_check (
    site        INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    finding     INTEGER NOT NULL,
    PRIMARY KEY (site, at, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX past_check_by_finding ON past_check (finding);

  CREATE TABLE message (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL,
    topic       INTEGER NOT NULL CHECK (topic IN (0, 1)),
    site        INTEGER,
    enqueued_at INTEGER NOT NULL,
    uses        INTEGER NOT NULL CHECK (uses > 0),
    body        TEXT NOT NULL
  ) STRICT;
  CREATE INDEX message_by_id ON message (id);

  CREATE TABLE outbox (
    destination INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    topic       INTEGER NOT NULL,
    site        INTEGER,
    PRIMARY KEY (destination, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_status_by_site ON outbox (destination, site, seq) WHERE topic = 0;

  CREATE TABLE receipt (
    destination INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    topic       INTEGER NOT NULL,
    site        INTEGER,
    at          INTEGER NOT NULL,
    reason      TEXT,
    detail      TEXT,
    PRIMARY KEY (destination, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receipt_by_time ON receipt (at, seq);
  CREATE INDEX receipt_by_site ON receipt (site, at, seq) WHERE topic = 1;
  CREATE INDEX receipt_dead ON receipt (destination, seq) WHERE reason IS NOT NULL;
`;
