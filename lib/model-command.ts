import { authoritiesInside, authoritiesVolume } from './certificate-authorities.ts';
import { modelsSelinux, platform } from './platform.ts';

export interface ModelJob {
  /** What the container is called: only one of a name can run, so two commands do not meet. */
  name: string;
  image: string;
  volume: string;
  /** Whether the volume is written to. */
  writes: boolean;
  /** `none`, or podman's default network where it may go out and nothing is named. */
  network?: string;
  /** Whether it reads standard input. */
  input: boolean;
  /** Width of the terminal that progress is drawn on; absent where there is none. */
  columns?: number;
  /** Names of the caller's variables that it gets to see. */
  env: readonly string[];
  /** The verb, its flags and its arguments. */
  args: readonly string[];
}

/** The caller's variables that matter to a download. By name: a token's value stands in no command line. */
const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'];
const passedOn = [...proxies, 'HF_ENDPOINT', 'HF_TOKEN'];

export function variablesPassedOn(env: NodeJS.ProcessEnv): string[] {
  return passedOn.filter((name) => env[name]);
}

/**
 * podman arguments that construct the starter models inside a models volume: in a container as confined as the
 * services, at the pod's SELinux level, so that a running pod keeps its access.
 */
export function starterCommand(image: string, volume: string): string[] {
  return writingCommand(image, volume, ['/app/ai-services/src/starter/main.ts', '/models']);
}

/** podman arguments of a program of the image's that writes to a models volume, as confined, with no network. */
export function writingCommand(
  image: string,
  volume: string,
  program: readonly string[],
  options: readonly string[] = [],
): string[] {
  return [...confined({ volume, writes: true, network: 'none' }), ...options, image, 'node', ...program];
}

/** podman arguments of any other command on the models volume, as confined. */
export function modelCommand(job: ModelJob): string[] {
  return [
    ...confined(job),
    ...['--name', job.name],
    ...(job.input ? ['--interactive'] : []),
    // An export of many gigabytes must not be written a second time, into a log.
    ...['--log-driver', 'none'],
    ...(job.columns === undefined ? [] : ['--env', 'PROGRESS=live', '--env', `COLUMNS=${job.columns}`]),
    ...(job.network === 'none' ? [] : online(job.env)),
    ...[job.image, 'node', '/app/ai-services/src/models/main.ts', ...job.args],
  ];
}

function confined({ volume, writes, network }: Pick<ModelJob, 'volume' | 'writes' | 'network'>): string[] {
  return [
    ...[
      'run',
      '--rm',
      ...(network === undefined ? [] : ['--network', network]),
      '--read-only',
      '--cap-drop',
      'all',
    ],
    ...['--security-opt', 'no-new-privileges', '--security-opt', `label=level:${platform.selinuxLevel}`],
    ...['--security-opt', `label=type:${modelsSelinux.type}`],
    ...['--security-opt', `label=filetype:${modelsSelinux.fileType}`],
    ...['--pull', 'never', '--volume', `${volume}:/models:Z${writes ? '' : ',ro'}`],
  ];
}

function online(env: readonly string[]): string[] {
  const authorities = authoritiesVolume();
  return [
    ...env.flatMap((name) => ['--env', name]),
    // Node heeds the proxy variables only where it is told to.
    ...['--env', 'NODE_USE_ENV_PROXY=1'],
    ...authorities,
    ...(authorities.length > 0 ? ['--env', `NODE_EXTRA_CA_CERTS=${authoritiesInside}`] : []),
  ];
}
