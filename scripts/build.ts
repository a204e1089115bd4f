import { existsSync } from 'node:fs';
import { type Account, asAccount } from '../lib/account.ts';
import { Failure } from '../lib/failure.ts';
import { fingerprintLabel, type ImageBuild, imageBuilds } from '../lib/images.ts';
import { platform } from '../lib/platform.ts';
import { type Podman, requirePodman } from '../lib/podman.ts';
import { attempt, run } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { phase, say } from '../lib/terminal.ts';

const usage = {
  summary: 'Builds the images whose sources changed, on Debian from a registry or from its packages.',
  options: {
    tests: { type: 'boolean', help: 'also the :test image of each, with its unit tests inside' },
    'dry-run': { type: 'boolean', help: 'print what would be built' },
  },
} as const;

const upstream = 'docker.io/library/debian:forky-slim';
const registry = 'https://registry-1.docker.io/v2/';
const bootstrapped = `${platform.registry}/debian:forky`;
/** Where distributions keep the machine's certificate authorities. */
const authorities = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

await script(usage, async (options) => {
  const podman = requirePodman();
  const debian = await debianImage(podman);
  for (const build of imageBuilds(debian, options.tests)) {
    const current = await labelOf(podman, build.reference);
    if (options['dry-run'])
      say(`${build.reference}: ${current === build.fingerprint ? 'up to date' : 'would build'}`);
    else await phase(build.reference, (note) => buildImage(podman, build, debian, current, note));
  }
});

/** The image that everything builds on, decided once and then kept: the same on the next run. */
async function debianImage(podman: Podman): Promise<string> {
  const own = process.env.DEBIAN_IMAGE;
  if (own) return own;
  for (const image of [upstream, bootstrapped]) {
    if (await podman.exists('image', image)) return image;
  }
  if (await registryAnswers()) return upstream;
  await phase('Debian from its packages (no container registry answers)', () => bootstrap(podman));
  return bootstrapped;
}

async function registryAnswers(): Promise<boolean> {
  const answer = fetch(registry, { signal: AbortSignal.timeout(5000) });
  return answer.then(
    ({ status }) => status === 200 || status === 401,
    () => false,
  );
}

/** The same minimal Debian as the registry's, made by mmdebstrap in the account's own user namespace. */
async function bootstrap(podman: Podman): Promise<string> {
  if (!existsSync('/usr/bin/mmdebstrap')) {
    throw new Failure('no container registry answers, and mmdebstrap is not installed', {
      exit: 3,
      fix: 'sudo apt-get install mmdebstrap, or set DEBIAN_IMAGE to an image that can be pulled',
    });
  }
  const command = [
    ...['mmdebstrap', '--quiet', '--mode=unshare', '--variant=minbase', '--format=tar'],
    // A mirror may lag behind by weeks; signatures are still checked.
    '--aptopt=Acquire::Min-ValidTime "15552000"',
    ...['doc', 'man', 'info', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
    ...['forky', '-'],
  ];
  const shell = `set -o pipefail; ${command.map(quoted).join(' ')} | podman import --quiet - ${bootstrapped}`;
  await run(asAccount(podman.account, ['bash', '-c', shell]));
  return bootstrapped;
}

async function buildImage(
  podman: Podman,
  build: ImageBuild,
  debian: string,
  current: string | undefined,
  note: (text: string) => void,
): Promise<string> {
  if (current === build.fingerprint) return 'up to date';
  note('building');
  const args = [
    ...['build', '--tag', build.reference, '--label', `${fingerprintLabel}=${build.fingerprint}`],
    ...(build.target ? ['--target', build.target] : []),
    ...(build.image === 'base' ? ['--build-arg', `DEBIAN_IMAGE=${debian}`] : []),
    ...authorities
      .filter(existsSync)
      .slice(0, 1)
      .map((file) => `--volume=${file}:/run/host-ca.crt:ro`),
  ];
  await inContext(podman.account, build.folder, (context) => run(podman.argv([...args, context])));
  const bytes = await podman.run(['image', 'inspect', '--format', '{{.Size}}', build.reference]);
  return `${Math.round(Number(bytes) / 1e6)} MB`;
}

/** The service account may not be able to read the clone: it gets a copy of its own, gone afterwards. */
async function inContext(
  account: Account,
  folder: string,
  work: (context: string) => Promise<unknown>,
): Promise<void> {
  if (!account.service) {
    await work(folder);
    return;
  }
  const context = (
    await run(asAccount(account, ['mktemp', '--directory', '--tmpdir', 'ai-semble-build-XXXXXX']))
  ).trim();
  try {
    const unpack = asAccount(account, ['tar', '-x', '-C', context, '--no-same-permissions'])
      .map(quoted)
      .join(' ');
    const pack = `tar -c -C ${quoted(folder)} --exclude=node_modules --mode=go+rX .`;
    await run(['bash', '-c', `set -o pipefail; ${pack} | ${unpack}`]);
    await work(context);
  } finally {
    await attempt(asAccount(account, ['rm', '-rf', context]));
  }
}

async function labelOf(podman: Podman, reference: string): Promise<string | undefined> {
  const format = `{{index .Labels "${fingerprintLabel}"}}`;
  const output = await podman.attempt(['image', 'inspect', '--format', format, reference]);
  return output.exitCode === 0 ? output.stdout.trim() : undefined;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
