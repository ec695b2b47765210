import { existsSync } from 'node:fs';
import { gatewayConfig } from '../gateway/config.ts';
import { providerConfig } from '../identity/config.ts';
import { clientOf } from '../identity/keys.ts';
import { demoSigner } from '../identity/sign.ts';
import { ROLES, type Role } from '../subgraphs/caller.ts';
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
  gatewayConfig(process.env); // A setting that is wrong for the gateway is told before a token is printed for it.
  const { folder } = providerConfig(process.env);
  const [option, region = null, ...more] = options;
  const wrong =
    (!ROLES.some(known => known === role) && `"${role}" is no role.`) ||
    (option !== undefined && option !== '--region' && `"${option}" is no option.`) ||
    (option === '--region' && parseRegionCode(region ?? '').class === 'INVALID' && NO_REGION) ||
    (more.length > 0 && `"${more[0]}" is too much.`) ||
    (!existsSync(folder) && `There are no keys under ${folder}: run "npm start" first.`);
  if (wrong) {
    console.error(`${wrong}\n\n${USAGE}`);
    process.exit(1);
  }
  // Signed with the provider's own key rather than asked for: this works whether it runs or not.
  const sign = await demoSigner(process.env);
  console.log(await sign({ subject: clientOf(role as Role), role: role as Role, region }));
}
