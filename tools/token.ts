import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayConfig } from '../gateway/config.ts';
import { signToken, tokenKey } from '../gateway/token.ts';
import { ROLES, type Role } from '../gateway/window/caller.ts';
import { sentenceOf } from '../subgraphs/process.ts';
import { parseRegionCode } from '../subgraphs/standards/region.ts';

const USAGE = `npm run token -- ROLE [--region CODE]

Prints a bearer token for the demo. ROLE is one of ${ROLES.join(', ')};
without a region it is for all of them; a city's or province's code stands for all of it.`;

const NO_REGION = 'A region is the six digits of a place in GB/T 2260.';

const [role = '', ...options] = process.argv.slice(2);
if (role === '--help' || role === '-h') {
  console.log(USAGE);
} else {
  await print().catch((error: unknown) => {
    console.error(sentenceOf(error));
    process.exit(1);
  });
}

async function print(): Promise<void> {
  const { folder } = gatewayConfig(process.env);
  const keys = join(folder, 'keys');
  const [option, region = null, ...more] = options;
  const wrong =
    (!ROLES.some(known => known === role) && `"${role}" is no role.`) ||
    (option !== undefined && option !== '--region' && `"${option}" is no option.`) ||
    (option === '--region' && parseRegionCode(region ?? '').class === 'INVALID' && NO_REGION) ||
    (more.length > 0 && `"${more[0]}" is too much.`) ||
    (!existsSync(keys) && `There are no keys under ${keys}: run "npm start" first.`);
  if (wrong) {
    console.error(`${wrong}\n\n${USAGE}`);
    process.exit(1);
  }
  const key = await tokenKey(join(keys, 'token-key.json'));
  console.log(await signToken(key, { subject: `demo-${role.toLowerCase()}`, role: role as Role, region }));
}
