/** Bytes compared, put together, and made of text: by the means of the platform (platform/node.ts says what each does). */
export { compareBytes, concatBytes, latin1, utf8, utf8Length } from '#platform';
