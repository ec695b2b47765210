/** What verification computes with. The platform's: Node's own means, WebCrypto in a browser (platform/). */
export { type PublicKey, publicKeyOf, sha256, sm3, verifyEs256, verifyRs256, verifySm2 } from '#platform';
