/** Signs with a token's key between collections of garbage; run with --expose-gc, which the tests are not. */
import { setImmediate as turn } from 'node:timers/promises';
import { openTokenSigner } from '../../../certs/custody/pkcs11.ts';
import { makeInToken, removeFromToken } from '../../../certs/custody/token-keys.ts';

const [module = '', token = '', pin = ''] = process.argv.slice(2);
const place = { module, token, pin: () => pin };
const object = 'cc';
const spki = await makeInToken(place, 'ES256', { object, label: 'collected' });
const signer = await openTokenSigner({ ...place, object, spki, owner: 'collected' });
for (let i = 0; i < 20; i++) {
  globalThis.gc?.();
  await turn();
  await signer.sign(Buffer.from(`${i}`));
}
await signer.close();
await removeFromToken(place, object);
console.log(globalThis.gc ? 'signed' : 'nothing was collected');
