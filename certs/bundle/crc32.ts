/** The check sum of ZIP, by the means of the platform. */
export { crc32 } from '#platform';
