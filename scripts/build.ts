import { statfsSync } from 'node:fs';
import { type Account, asAccount } from '../lib/account.ts';
import { authoritiesVolume } from '../lib/certificate-authorities.ts';
import { importDebian, requireMmdebstrap } from '../lib/debian.ts';
import { Failure } from '../lib/failure.ts';
import { debianImages, fingerprintLabel, type ImageBuild, imageBuilds } from '../lib/images.ts';
import { type Podman, requirePodman } from '../lib/podman.ts';
import { attempt, pipe, run } from '../lib/run.ts';
import { script } from '../lib/script.ts';
import { phase, say } from '../lib/terminal.ts';

const usage = {
  summary: 'Builds the images whose sources changed, on Debian from a registry or from its packages.',
  options: {
    tests: { type: 'boolean', help: 'also the :test image of each, with its unit tests inside' },
    'dry-run': { type: 'boolean', help: 'print what would be built' },
  },
} as const;

const neededGibibytes = 4;
const { upstream, bootstrapped } = debianImages;

await script(usage, async (options) => {
  const podman = requirePodman();
  const debian = await debianImage(podman);
  const id = (await podman.run(['image', 'inspect', '--format', '{{.Id}}', debian])).trim();
  const builds = imageBuilds(id, options.tests);
  const labels = await labelsOf(
    podman,
    builds.map(({ reference }) => reference),
  );
  for (const build of builds) {
    const current = labels.get(build.reference);
    if (options['dry-run'])
      say(`${build.reference}: ${current === build.fingerprint ? 'up to date' : 'would build'}`);
    else await phase(build.reference, (note) => buildImage(podman, build, debian, current, note));
  }
});

/** The image that everything builds on, decided once and then kept: the same on the next run. */
async function debianImage(podman: Podman): Promise<string> {
  const own = process.env.DEBIAN_IMAGE;
  for (const image of own ? [own] : [upstream, bootstrapped]) {
    if (await podman.exists('image', image)) return image;
  }
  // podman knows of mirrors and proxies, so podman is asked.
  const wanted = own ?? upstream;
  const pulled = await podman.attempt(['pull', '--quiet', wanted], { timeoutMs: 600_000 });
  if (pulled.exitCode === 0) return wanted;
  if (own) throw new Failure(`DEBIAN_IMAGE=${own} cannot be pulled: ${pulled.stderr.trim()}`, { exit: 3 });
  await phase('Debian from its packages (no container registry answers)', () => bootstrap(podman));
  return bootstrapped;
}

/** The same minimal Debian as the registry's, made by mmdebstrap in the account's own user namespace. */
async function bootstrap(podman: Podman): Promise<string> {
  requireMmdebstrap('no container registry answers, and mmdebstrap is not installed', {
    exit: 3,
    fix: 'sudo apt-get install mmdebstrap, or set DEBIAN_IMAGE to an image that can be pulled',
  });
  const without = ['doc', 'man', 'info', 'locale'];
  await importDebian(podman, { suite: 'forky', variant: 'minbase', without }, bootstrapped);
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
  requireSpace(podman.account);
  note('building');
  const args = [
    ...['build', '--tag', build.reference, '--label', `${fingerprintLabel}=${build.fingerprint}`],
    ...(build.target ? ['--target', build.target] : []),
    ...(build.image === 'base' ? ['--build-arg', `DEBIAN_IMAGE=${debian}`] : []),
    ...authoritiesVolume(),
  ];
  await inContext(podman.account, build.folder, (context) => run(podman.argv([...args, context])));
  const bytes = await podman.run(['image', 'inspect', '--format', '{{.Size}}', build.reference]);
  return `${Math.round(Number(bytes) / 1e6)} MB`;
}

function requireSpace({ home }: Account): void {
  const { bavail, bsize } = statfsSync(home);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= neededGibibytes) return;
  const message = `a build needs ${neededGibibytes} GiB of disk; ${home} has ${free.toFixed(1)} GiB free`;
  throw new Failure(message, { exit: 3, fix: 'make room, then make up' });
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
    const pack = ['tar', '-c', '-C', folder, '--exclude=node_modules', '--mode=go+rX', '.'];
    await pipe(pack, asAccount(account, ['tar', '-x', '-C', context, '--no-same-permissions']));
    await work(context);
  } finally {
    await attempt(asAccount(account, ['rm', '-rf', context]));
  }
}

/** What each image that is there was built from. */
async function labelsOf(podman: Podman, references: readonly string[]): Promise<Map<string, string>> {
  const format = `{{index .Labels "${fingerprintLabel}"}} {{join .RepoTags " "}}`;
  // Exits 125 where one of them is missing, and describes the others.
  const { stdout } = await podman.attempt(['image', 'inspect', '--format', format, ...references]);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([label = '', ...tags]) => tags.map((tag) => [tag, label] as const)));
}
