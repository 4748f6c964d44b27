import { describe, expect, it } from 'vitest';
import { diskFullDetail, reserveMissingDetail } from './room-words.ts';

it('of a full disk people hear what is kept, what is not, and what to do', () => {
  expect(diskFullDetail('/data/sentinel.db')).toBe(
    'The disk of the store /data/sentinel.db is full. Alerts are still stored, from a reserve kept for this; history and status ' +
      'messages are not. Free some space on that disk; the service then goes on by itself.',
  );
});

describe('of a reserve that could not be written people hear', () => {
  it('which file it is, what the system said, and what it is for', () => {
    expect(reserveMissingDetail('/data/sentinel.db', 'EIO')).toBe(
      'The reserve of the store, /data/sentinel.db.reserve, could not be written (EIO). Everything is stored, but should the disk ' +
        'be full one day, alerts would have no room. Check that disk, and whether the file may be written. It is tried again ' +
        'every minute.',
    );
  });

  it.each(['EMFILE', 'ENFILE'])('that too many files are open where the system says so: %s', (code) => {
    const detail = reserveMissingDetail('/data/sentinel.db', code);
    expect(detail).toContain(`(${code})`);
    expect(detail).toContain(
      'would have no room. Too many files are open: raise the limit of open files of the service. It is tried again',
    );
    expect(detail).not.toContain('Check that disk');
  });
});
