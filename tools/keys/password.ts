/** Asks for a password on the terminal and shows nothing of it. */

import type { Secret } from '../../certs/custody/kept.ts';
import { readSecret } from '../../certs/custody/secret.ts';

const passwordCharactersMax = 256;
const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

/** @param from Where it is written down; asked for when absent. @param twice For a password that is made up now. */
export async function passwordFor(container: string, from: Secret | undefined, twice: boolean): Promise<string> {
  if (from) return readSecret(from, `the password of ${container}`);
  const password = await ask(`Password of ${container}: `);
  if (twice && password !== (await ask('Once more: '))) throw new Error('the two passwords differ');
  if (password === '') throw new Error('an empty password keeps nobody out');
  return password;
}

async function ask(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new Error(
      'there is no terminal to ask for the password: use --password-file FILE or --password-variable NAME',
    );
  stdin.setRawMode(true);
  stderr.write(question);
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/** Up to the end of the line. */
function typed(terminal: NodeJS.ReadStream): Promise<string> {
  const line = Promise.withResolvers<string>();
  let password = '';
  const read = (piece: string): void => {
    for (const character of piece) {
      if (character === '\r' || character === '\n' || character === CTRL_D) line.resolve(password);
      else if (character === CTRL_C) line.reject(new Error('given up'));
      else password = character === BACKSPACE || character === DELETE ? password.slice(0, -1) : password + character;
    }
    if (password.length > passwordCharactersMax)
      line.reject(new Error(`a password has at most ${passwordCharactersMax} characters`));
  };
  const closed = (): void => line.reject(new Error('the terminal was closed'));
  terminal.setEncoding('utf8').on('data', read).on('end', closed).resume();
  return line.promise.finally(() => terminal.off('data', read).off('end', closed));
}
