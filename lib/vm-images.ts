import { type Account, asAccount } from './account.ts';
import { Failure } from './failure.ts';
import { debianImages, fingerprintLabel, imageBuilds } from './images.ts';
import type { Podman } from './podman.ts';
import { pipe, type RunOptions, run } from './run.ts';

export interface VmImage {
  reference: string;
  id: string;
}

/** The images that the machine's user will have: the platform's, and the Debian that their fingerprints begin with. */
export async function findImages(podman: Podman): Promise<VmImage[]> {
  const debian = await findDebian(podman);
  const builds = imageBuilds(debian.id, false);
  const found: VmImage[] = [debian];
  for (const { reference, fingerprint } of builds) {
    const format = `{{.Id}} {{index .Labels "${fingerprintLabel}"}}`;
    const { exitCode, stdout } = await podman.attempt(['image', 'inspect', '--format', format, reference]);
    const [id = '', label] = stdout.trim().split(' ');
    if (exitCode !== 0 || label !== fingerprint)
      throw new Failure(`${reference} is not built from these sources`, { exit: 3, fix: 'make build' });
    found.push({ reference, id });
  }
  return found;
}

async function findDebian(podman: Podman): Promise<VmImage> {
  for (const reference of [process.env.DEBIAN_IMAGE ?? '', ...Object.values(debianImages)].filter(Boolean)) {
    const { exitCode, stdout } = await podman.attempt(['image', 'inspect', '--format', '{{.Id}}', reference]);
    if (exitCode === 0) return { reference, id: stdout.trim() };
  }
  throw new Failure('the images are not built yet', { exit: 3, fix: 'make build' });
}

/** Copies an image into another podman's storage. OCI archives keep its id, which Docker's would change. */
export async function copyImage(
  account: Account,
  { reference }: VmImage,
  load: readonly string[],
  options: RunOptions,
): Promise<void> {
  // By way of a file: podman writes no such archive to a pipe. The account's own, because it writes it.
  const as = (argv: readonly string[]) => asAccount(account, argv);
  const folder = (await run(as(['mktemp', '--directory', '--tmpdir', 'ai-semble-vm-XXXXXX']))).trim();
  const file = `${folder}/image.tar`;
  try {
    const save = ['podman', 'save', '--quiet', '--format=oci-archive', '--uncompressed'];
    await run(as([...save, `--output=${file}`, reference]), options);
    await pipe(as(['cat', file]), load, options);
  } finally {
    await run(as(['rm', '-rf', folder]));
  }
}
