/** Names of time zones. */

/**
 * Whether the system knows a time zone of that name (IANA). UTC is not looked up: the first look loads the tables of time zones,
 * which stay in memory.
 */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
