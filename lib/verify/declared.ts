import { realpathSync } from 'node:fs';
import type { Account } from '../account.ts';
import { findCdiSpecs, usableDevices } from '../cdi.ts';
import { bindLabel, methodLabel } from '../deployment.ts';
import { wantedGpu } from '../gpu-drop-in.ts';
import { closedFolders, platform, type SecretId } from '../platform.ts';
import { testSecrets, variants } from '../pod-manifests.ts';
import type { Podman } from '../podman.ts';
import { requireSecret } from '../settings.ts';
import type { Declared } from './observation.ts';

/** What a pod's containers are held against, beside their services' description. */
export async function declaredOf(podman: Podman, pod: string): Promise<Declared> {
  const labels = [methodLabel, bindLabel].map((label) => `{{index .Labels "${label}"}}`).join(' ');
  const said = await podman.run(['pod', 'inspect', '--format', labels, pod]);
  const [method, bind = ''] = said.trim().split(' ');
  const devices = usableDevices(findCdiSpecs());
  const name = wantedGpu(devices.map((device) => device.name));
  const gpu = devices.find((device) => device.name === name);
  return {
    owner: pod,
    bind: /^[\d.]+$/.test(bind) ? bind : platform.published.ip,
    closed: method === 'quadlet' ? closedFolders.quadlet : closedFolders.kube,
    secrets: Object.values(await secretsOf(podman.account, pod)),
    gpu: {
      nodes: (gpu?.nodes ?? []).map(({ path }) => path),
      mounts: (gpu?.mounts ?? []).map(({ hostPath, path }) => ({ hostPath: realpathSync(hostPath), path })),
    },
  };
}

/** The values of a pod's secrets. */
export async function secretsOf(account: Account, pod: string): Promise<Record<SecretId, string>> {
  if (variants.some(({ podName, throwAway }) => podName === pod && throwAway)) return testSecrets;
  return {
    'api-key': await requireSecret(account, 'api-key'),
    'postgres-password': await requireSecret(account, 'postgres-password'),
  };
}
