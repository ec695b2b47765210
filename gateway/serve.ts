import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { runServer } from '../subgraphs/process.ts';
import { describeSettings } from '../subgraphs/settings.ts';
import { gatewayConfig, gatewaySettings } from './config.ts';

/** `npm run gateway`: the center alone. */
if (process.argv.slice(2).some(argument => argument === '--help' || argument === '-h')) {
  console.log(`npm run gateway\n\nSettings:\n${describeSettings(gatewaySettings)}`);
} else {
  await runServer(async () => {
    const config = gatewayConfig(process.env);
    // A third of a start is the compilation of what has not changed. In a folder of the center's own: whoever writes to
    // the cache writes the program.
    enableCompileCache(join(config.folder, 'compile-cache'));
    const { serveGateway } = await import('./server.ts');
    const server = await serveGateway(config);
    console.log(`the gateway answers on ${server.url}/graphql`);
    return server;
  });
}
