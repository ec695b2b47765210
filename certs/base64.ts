/** Base64 (RFC 4648 section 4) in its one form, by the means of the platform. */
export { fromBase64, toBase64 } from '#platform';
