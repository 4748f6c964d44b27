import { expect, it, onTestFinished } from 'vitest';
import { writeTestFiles } from '../../test/servers/test-certificates.ts';
import { openHttpAgent, UnreadableFile } from './http-agent.ts';

it('opens with the files that are named, and without any', async () => {
  const { ca } = await writeTestFiles({ ca: 'not looked at before the first connection' });
  for (const files of [{}, { ca }]) {
    const agent = await openHttpAgent({ verify: true, ...files });
    onTestFinished(() => agent.close());
  }
});

it.each(['ca', 'cert', 'key'] as const)('says which file it cannot read, and why: %s', async (which) => {
  const { good } = await writeTestFiles({ good: 'x' });
  const path = `${good}.missing`;
  const files = { ca: good, cert: good, key: good, [which]: path };
  const opened = openHttpAgent({
    verify: true,
    ca: files.ca,
    clientCertificate: { cert: files.cert, key: files.key },
  });
  const error = await opened.catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(UnreadableFile);
  expect(error).toMatchObject({
    name: 'UnreadableFile',
    code: 'TLS_FILE_UNREADABLE',
    message: `cannot read the certificate file ${path} (ENOENT)`,
    cause: { code: 'ENOENT' },
  });
});
