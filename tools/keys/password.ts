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
  stderr.write(question);
  stdin.setRawMode(true);
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

async function typed(terminal: NodeJS.ReadStream): Promise<string> {
  let password = '';
  terminal.setEncoding('utf8').resume();
  for await (const piece of terminal.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
    for (const character of piece) {
      if (character === '\r' || character === '\n' || character === CTRL_D) return password;
      if (character === CTRL_C) throw new Error('given up');
      if (character === BACKSPACE || character === DELETE) password = password.slice(0, -1);
      else password += character;
      if (password.length > passwordCharactersMax) throw new Error('no password is that long');
    }
  }
  throw new Error('the terminal was closed');
}
