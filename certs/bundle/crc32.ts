/** The check sum of ZIP, in a file of its own so that a browser can bring its own. */
export { crc32 } from 'node:zlib';
