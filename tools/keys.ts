/** `npm run keys -- …`: the life of keys and certificates, for whoever operates an installation. */
import { perform } from './keys/perform.ts';
import { USAGE } from './keys/usage.ts';
import { parseWish, type Wish, WrongUsage } from './keys/wish.ts';

const EXIT = { done: 0, impossible: 1, wrongUsage: 2 } as const;

async function main(args: readonly string[]): Promise<number> {
  let wish: Wish | undefined;
  try {
    wish = parseWish(args, process.env);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    console.error(`${error.message}. Try --help.`);
    return EXIT.wrongUsage;
  }
  if (!wish) {
    console.log(USAGE);
    return args.length === 0 ? EXIT.wrongUsage : EXIT.done;
  }
  try {
    for (const { sentence, fact } of await perform(wish, new Date()))
      console.log(wish.json ? JSON.stringify(fact) : sentence);
    return EXIT.done;
  } catch (error) {
    const { message } = error as Error;
    console.error(wish.json ? JSON.stringify({ error: message }) : `${message}.`);
    return EXIT.impossible;
  }
}

process.exitCode = await main(process.argv.slice(2));
