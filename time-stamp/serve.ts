import { runServer } from '../subgraphs/process.ts';
import { describeSettings } from '../subgraphs/settings.ts';
import { timeStampConfig, timeStampSettings } from './config.ts';

/** `npm run time-stamp`: the time-stamp authority as a process of its own, with its own key. */
if (process.argv.slice(2).some(argument => argument === '--help' || argument === '-h')) {
  console.log(`npm run time-stamp\n\nSettings:\n${describeSettings(timeStampSettings)}`);
} else {
  await runServer(async () => {
    const config = timeStampConfig(process.env);
    const [{ openOwnAuthority }, { serveTimeStamps }] = await Promise.all([import('./keys.ts'), import('./server.ts')]);
    const { authority, close } = await openOwnAuthority(config.keys);
    const report = ({ stack, message }: Error): void => console.error(`time-stamp: ${stack ?? message}`);
    const server = await serveTimeStamps({ ...config, authority, report });
    console.log(`time stamps are given on ${server.url}`);
    return {
      async close() {
        await server.close();
        await close();
      },
    };
  });
}
