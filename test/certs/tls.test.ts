import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { world } from './fixture.ts';

// TLS looks at the clock of the machine, so these certificates must be of today.
const w = world(undefined, new Date());
const stranger = world(undefined, new Date());
const ca = [w.text('trust/transport.pem')];
const pair = (id: string, name: string, of = w) => ({
  key: of.text(`${id}/keys/${name}-key.pem`),
  cert: of.text(`${id}/keys/${name}-chain.pem`),
});

/** A department's server, which says whom it let in. The lenient one lets everybody in and says what it minds. */
function serve(rejectUnauthorized: boolean): Server {
  const options = { ...pair('tax', 'tls'), ca, requestCert: true, rejectUnauthorized };
  const server = createServer(options, socket =>
    socket.end(socket.authorized ? String(socket.getPeerCertificate().subject.OU) : String(socket.authorizationError)),
  );
  server.on('tlsClientError', () => undefined);
  return server.listen(0, '127.0.0.1');
}
const [strict, lenient] = [serve(true), serve(false)];
beforeAll(() => Promise.all([once(strict, 'listening'), once(lenient, 'listening')]));
afterAll(() => {
  for (const server of [strict, lenient]) server.close();
  for (const { remove } of [w, stranger]) remove();
});

/** What the server says; nothing when it hangs up, which Node's does without a reason. */
function call(server: Server, options: ConnectionOptions): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, ...options });
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => {
      text += data;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(text) : reject(error)));
  });
}

describe('mutual TLS between center and departments', () => {
  it.each([undefined, 'localhost', 'tax.one-window.internal'])(
    'lets the center in, the server being called %s',
    async servername => {
      expect(await call(strict, { ...pair('center', 'tls'), ...(servername && { servername }) })).toBe('center');
    },
  );

  it('refuses a client that shows no certificate', async () => {
    await expect(call(strict, {})).rejects.toThrow(/certificate required/);
  });

  it.each([
    ['the certificate of its seal', pair('center', 'seal'), 'UNABLE_TO_GET_ISSUER_CERT'],
    [
      'a certificate of the same names by another authority',
      pair('center', 'tls', stranger),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ])('refuses a client that shows %s', async (_, client, reason) => {
    expect(await call(strict, client)).toBe('');
    expect(await call(lenient, client)).toContain(reason);
  });

  it('is refused by the client to a server of another name, or of an authority that it does not know', async () => {
    const client = pair('center', 'tls');
    await expect(call(strict, { ...client, servername: 'business.one-window.internal' })).rejects.toThrow(/altnames/);
    await expect(call(strict, { ...client, ca: [w.text('trust/chain.pem')] })).rejects.toThrow(
      /self-signed certificate in certificate chain/,
    );
  });
});
