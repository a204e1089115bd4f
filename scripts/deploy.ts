import { checkOwn, refuseErrors } from '../checks/own.ts';
import { isRoot } from '../lib/account.ts';
import { chooseMethod, publishedWith } from '../lib/deployment.ts';
import { Failure } from '../lib/failure.ts';
import { gatewayUrl, waitUntilReady } from '../lib/gateway.ts';
import { searchGpu } from '../lib/gpu-search.ts';
import { detectHost, type Host } from '../lib/host.ts';
import { deployKube } from '../lib/kube-deployment.ts';
import { refuseStaleManifests } from '../lib/manifests.ts';
import { requirePodman } from '../lib/podman.ts';
import { deployQuadlets } from '../lib/quadlet-deployment.ts';
import { withRollback } from '../lib/rollback.ts';
import { script } from '../lib/script.ts';
import { labelVolumes, refuseWithoutPolicy } from '../lib/selinux-setup.ts';
import { paint, phase, say, warn } from '../lib/terminal.ts';

const usage = {
  summary:
    'Starts the pod through systemd or `podman kube play`, whichever this host has, and waits until it is ready.',
  options: {
    bind: { type: 'string', value: 'ADDRESS', help: 'address to publish on; also BIND=… (127.0.0.1)' },
    port: { type: 'string', value: 'PORT', help: 'port to publish on; also PORT=… (8080)' },
    wait: { type: 'string', value: 'SECONDS', help: 'how long the services may take; also WAIT=… (180)' },
  },
} as const;

const usualWait = '180';

await script(usage, async (options) => {
  const podman = requirePodman();
  const published = publishedWith(options.bind ?? process.env.BIND, options.port ?? process.env.PORT);
  const readyMs = milliseconds(options.wait ?? process.env.WAIT ?? usualWait);
  refuseStaleManifests();
  const host = await detectHost();
  const method = chooseMethod(host);
  const folder = method.name === 'quadlet' ? 'quadlets' : 'pods';
  if (host.podman) refuseErrors(checkOwn([folder, 'security', 'containers'], host.podman.version));
  const gpu = process.env.GPU === 'off' ? undefined : gpuOf(host, method.name);
  const url = gatewayUrl(published);
  refuseWithoutPolicy(host);
  if (host.selinux !== 'off') await phase('SELinux labels', () => labelVolumes(podman));
  const ready = () => phase('services', async (note) => `${await waitUntilReady(url, readyMs, note)} ready`);
  if (method.name === 'quadlet') {
    await withRollback(podman, async () => {
      await phase(
        'systemd units',
        async () => `${await deployQuadlets(podman, published, gpu)} (${method.reason})`,
      );
      await ready();
    });
  } else {
    await phase('podman kube play', async () => `${await deployKube(podman, published)} (${method.reason})`);
    await ready();
  }
  if (gpu && method.name === 'kube') warn(`${gpu} is not used: only systemd units hand it to a container`);
  if (published.ip !== '127.0.0.1')
    warn(`published on ${published.ip}: every machine that reaches it may ask for the key`);
  welcome(url);
});

/** A GPU that something is wrong with is not left out in silence, where it would be used. */
function gpuOf(host: Host, method: 'quadlet' | 'kube'): string | undefined {
  const search = searchGpu(host.cdiSpecs);
  if (search.state === 'found') return search.device.name;
  if (search.state === 'unusable' && method === 'quadlet') {
    throw new Failure(`the GPU cannot be used: ${search.reason}`, {
      exit: 3,
      fix: `${isRoot ? '' : 'sudo '}${search.fix}; or leave it out: GPU=off make deploy`,
    });
  }
  return undefined;
}

function milliseconds(seconds: string): number {
  if (/^[1-9]\d{0,4}$/.test(seconds)) return Number(seconds) * 1000;
  throw new Failure(`WAIT takes seconds, 1 to 99999; got '${seconds}'`, {
    exit: 2,
    fix: 'WAIT=600 make deploy',
  });
}

function welcome(url: string): void {
  const ask = `curl -s ${url}/v1/chat/completions -H "Authorization: Bearer $(make -s key)" \\
       -H 'content-type: application/json' \\
       -d '{"model":"starter","messages":[{"role":"user","content":"what is ai-semble?"}]}'`;
  say(`
  Ai-semble answers on ${paint('bold', url)}; the API key: ${paint('bold', 'make -s key')}

  Try next:
    1. ${ask}
    2. make status
    3. make logs
`);
}
