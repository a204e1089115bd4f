import { nearest } from '../../../lib/nearest.ts';
import { before } from '../../kube/pod.ts';
import { keyAt, at as treeAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import table from '../../tables/kube-fields.json' with { type: 'json' };

const kinds: Readonly<Record<string, string>> = table.kinds;

/** What is then missing. */
const losses: Readonly<Record<string, string>> = {
  CronJob: 'nothing runs on time; use a systemd timer',
  Ingress: 'no request arrives',
  NetworkPolicy: 'no connection is held back',
  Service: 'no name and no port leads to the pods',
  StatefulSet: 'no pod is started',
};

export const rule = defineRule({
  id: 'kube-unsupported-kind',
  title: 'a kind of object is passed over',
  severity: 'error',
  why: 'Podman skips kinds that it does not know without a warning, and refuses a file that holds nothing else.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html',
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
  ],
  fix: 'Say it with a Pod, Deployment, DaemonSet, Job, PersistentVolumeClaim, ConfigMap or Secret, or with a Quadlet.',
  applies: 'document',
  *check({ tree, kind }, { podman }) {
    const at = (treeAt(tree, 'kind') ?? keyAt(tree, 'kind') ?? tree).span;
    const since = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (since !== undefined) {
      if (before(podman, since))
        yield { at, message: `podman ${podman.text} passes '${kind}' over; ${since} plays it` };
      return;
    }
    const same = Object.keys(kinds).find((each) => each.toLowerCase() === kind.toLowerCase());
    const near = same ?? (kind.length < 40 ? nearest(kind, Object.keys(kinds)) : undefined);
    const loss = Object.hasOwn(losses, kind) ? losses[kind] : undefined;
    if (loss !== undefined) yield { at, message: `podman passes '${kind}' over: ${loss}` };
    else if (near === undefined) yield { at, message: `podman passes '${kind.slice(0, 60)}' over` };
    else {
      const message = `podman passes '${kind}' over; did you mean '${near}'?`;
      yield same === undefined ? { at, message } : { at, message, edit: { at, text: same } };
    }
  },
});
