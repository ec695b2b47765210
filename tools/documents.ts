import { BadManifest, documentsBelow } from '../gateway/door/documents.ts';

const USAGE = `npm run -s documents -- FOLDER > manifest.json

Prints the manifest of all .graphql files in a folder and those below it: one document a file, by the SHA-256 of its
bytes, as the gateway's setting DOCUMENTS reads it. Clients send "documentId": "sha256:…" instead of the text.`;

const [folder = '', ...more] = process.argv.slice(2);
if (folder === '--help' || folder === '-h') console.log(USAGE);
else if (folder === '' || more.length > 0) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  try {
    console.log(JSON.stringify(Object.fromEntries(await documentsBelow(folder)), null, 2));
  } catch (error) {
    if (!(error instanceof BadManifest) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
