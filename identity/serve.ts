import { runServer } from '../subgraphs/process.ts';
import { describeSettings } from '../subgraphs/settings.ts';
import { providerConfig, providerSettings } from './config.ts';
import { identityKeys } from './keys.ts';

/** The demo's identity provider as a process of its own: nothing else here loads so much. */
if (process.argv.slice(2).some(argument => argument === '--help' || argument === '-h')) {
  console.log(`npm run identity\n\nSettings:\n${describeSettings(providerSettings)}`);
} else {
  await runServer(async () => {
    const config = providerConfig(process.env);
    const keys = await identityKeys(config.folder);
    const { serveProvider } = await import('./provider.ts');
    const report = ({ stack, message }: Error): void => console.error(`identity: ${stack ?? message}`);
    const server = await serveProvider({ ...config, keys, report });
    console.log(`tokens are issued on ${server.issuer}/token`);
    return server;
  });
}
