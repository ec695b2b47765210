/** `npm run web`: makes the verification page when it is absent or older than its sources. */
import { buildPage } from './web/build.ts';

const built = await buildPage();
if (built === 'NO_VITE')
  process.stderr.write('The page /verify is not built: Vite, a development dependency, is not installed.\n');
