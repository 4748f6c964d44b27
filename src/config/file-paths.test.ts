import { expect, it } from 'vitest';
import { pathFrom } from './file-paths.ts';

it.each([
  ['/etc/ls', 'certs', '/etc/ls/certs'],
  ['/etc/ls', './a/../b.pem', '/etc/ls/b.pem'],
  ['/etc/ls', '/var/x', '/var/x'],
  ['/etc/ls', 'C:\\certs', 'C:\\certs'],
  ['/etc/ls', '\\\\server\\share\\certs', '\\\\server\\share\\certs'],
  ['C:\\ls', 'certs\\prod', 'C:\\ls\\certs\\prod'],
  ['C:\\ls', './certs', 'C:\\ls\\certs'],
])('from %s, %s is %s', (folder, path, expected) => {
  expect(pathFrom(folder, path)).toBe(expected);
});
