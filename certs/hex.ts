/** Bytes as lower-case hexadecimal text and back, by the means of the platform. */
export { fromHex, toHex } from '#platform';
