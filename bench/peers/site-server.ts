/**
 * A lean Sense site over real mutual TLS: the certificates of the simulator, and one prepared answer, so that the client
 * is what is measured. Started by `site-process.ts`.
 */
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, writeCertificateFolder } from '../../src/simulator/certificate-authority.ts';
import { signedLicense } from '../../src/simulator/license-text.ts';

const DAY_MS = 86_400_000;
const folder = process.argv[2]!;
const now = Date.now();
const authority = await createAuthority('sense.example.com', {
  from: new Date(now - DAY_MS),
  to: new Date(now + 3650 * DAY_MS),
});
const identity = await authority.issueServer({ names: ['localhost', '127.0.0.1'] });
await writeCertificateFolder(folder, await authority.issueClient(), authority.pem);

const license = signedLicense({ endDate: new Date(now + 200 * DAY_MS).toISOString().slice(0, 10) });
const body = Buffer.from(JSON.stringify(license));
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
let requests = 0;

const options: ServerOptions = {
  ...identity,
  ca: authority.pem,
  requestCert: true,
  rejectUnauthorized: true,
  keepAliveTimeout: 65_000,
};
const answering = createServer(options, (request, response) => {
  if (request.url?.startsWith('/v1/')) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"version":"14.254.6","releaseLabel":"May 2026 Patch 2","productName":"Qlik Sense"}');
    return;
  }
  requests += 1;
  response.writeHead(200, headers);
  response.end(body);
});
const hanging = createServer(options, () => {});
const refusing = createServer(options);
for (const server of [answering, hanging, refusing]) {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
}
const [answeringPort, hangingPort, refusingPort] = [answering, hanging, refusing].map(
  (server) => (server.address() as AddressInfo).port,
);
refusing.close();

process.on('message', () => process.send?.(requests));
process.on('disconnect', () => process.exit());
process.send?.({ answering: answeringPort, hanging: hangingPort, refusing: refusingPort });
