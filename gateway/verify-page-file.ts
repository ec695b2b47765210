import { dirname, join } from 'node:path';

/** The verification page as `npm run web` makes it (tools/web), before the material of trust is written into it. */
export const verifyPageFile = join(dirname(import.meta.dirname), 'web/dist/verify/index.html');
