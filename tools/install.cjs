// Installs the locked dependencies when they are absent or older than the lock file, then builds the verification page when
// it is absent or older than its sources.
// CommonJS in old syntax, because it runs under whatever Node.js the machine has, before the project's own is there.
const { spawnSync } = require('node:child_process');
const { existsSync, lstatSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  const folder = join(root, 'node_modules');
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) {
    // npm ci would empty the folder that the link leads to, which somebody else is using.
    console.error(
      'node_modules is a link and older than package-lock.json: run "npm ci" where it leads to, or remove it.',
    );
    process.exit(1);
  }
  console.error('Installing the locked dependencies (npm ci) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  const run = npm
    ? spawnSync(process.execPath, [npm].concat(args), { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    : spawnSync('npm', args, {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
      });
  if (run.status !== 0) {
    console.error('The dependencies could not be installed: npm ci failed; its own message stands above.');
    process.exit(1);
  }
}

// Where the platform has no packaged Node.js 24 the scripts run on the machine's own, which must be able to run TypeScript.
const packaged = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
if (!existsSync(packaged)) {
  const version = process.versions.node.split('.').map(Number);
  if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
    const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
    console.error(
      'Node.js ' +
        process.versions.node +
        ' is too old and this platform has no packaged one: install Node.js ' +
        wanted +
        ' (24 LTS is best).',
    );
    process.exit(1);
  }
}

// By the path of the Node.js that was just installed: the shell that runs this still has the machine's own in mind.
const page = spawnSync(existsSync(packaged) ? packaged : process.execPath, [join('tools', 'web.ts')], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(page.status === null ? 1 : page.status);
