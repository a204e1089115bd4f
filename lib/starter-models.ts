import { platform } from './platform.ts';

/**
 * podman arguments that construct the starter models inside a models volume: in a container as confined as the
 * services, at the pod's SELinux level, so that a running pod keeps its access.
 */
export function starterCommand(image: string, volume: string): string[] {
  return [
    ...['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'all'],
    ...['--security-opt', 'no-new-privileges', '--security-opt', `label=level:${platform.selinuxLevel}`],
    ...['--pull', 'never', '--volume', `${volume}:/models:Z`],
    ...[image, 'node', '/app/ai-services/src/starter/main.ts', '/models'],
  ];
}
