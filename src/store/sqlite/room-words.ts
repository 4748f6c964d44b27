/** What people are told about the disk of the store. Pure. */

export function diskFullDetail(path: string): string {
  return (
    `The disk of the store ${path} is full. Alerts are still stored, from a reserve kept for this; history and status ` +
    'messages are not. Free some space on that disk; the service then goes on by itself.'
  );
}

/** @param code of the system, such as `EIO` */
export function reserveMissingDetail(path: string, code: string): string {
  const advice =
    code === 'EMFILE' || code === 'ENFILE'
      ? 'Too many files are open: raise the limit of open files of the service.'
      : 'Check that disk, and whether the file may be written.';
  return (
    `The reserve of the store, ${path}.reserve, could not be written (${code}). Everything is stored, but should the disk ` +
    `be full one day, alerts would have no room. ${advice} It is tried again every minute.`
  );
}
