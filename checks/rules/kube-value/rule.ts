import { nearest } from '../../../lib/nearest.ts';
import { fieldsOf } from '../../kube/schema.ts';
import { defineRule } from '../../rule.ts';

interface Values {
  readonly known: readonly string[];
  readonly anyCase?: true;
  /** What podman does with any other. */
  readonly otherwise: string;
}

const refused = 'podman refuses it';

const values: Readonly<Record<string, Values>> = {
  'Container.imagePullPolicy': {
    known: ['Always', 'IfNotPresent', 'Never', 'missing', 'newer'],
    anyCase: true,
    otherwise: refused,
  },
  'ContainerPort.protocol': { known: ['TCP', 'UDP', 'SCTP'], anyCase: true, otherwise: refused },
  'EmptyDirVolumeSource.medium': { known: ['', 'Memory'], otherwise: 'the volume lies on the disk' },
  'HostPathVolumeSource.type': {
    known: [
      '',
      'BlockDevice',
      'CharDevice',
      'Directory',
      'DirectoryOrCreate',
      'File',
      'FileOrCreate',
      'Socket',
    ],
    otherwise: refused,
  },
  'ImageVolumeSource.pullPolicy': {
    known: ['Always', 'IfNotPresent', 'Never', 'missing', 'newer'],
    anyCase: true,
    otherwise: refused,
  },
  'PodSpec.restartPolicy': { known: ['Always', 'OnFailure', 'Never'], otherwise: 'podman restarts always' },
  'VolumeMount.mountPropagation': { known: ['None', 'HostToContainer', 'Bidirectional'], otherwise: refused },
};

export const rule = defineRule({
  id: 'kube-value',
  title: 'a field has a value that podman does not know',
  severity: 'error',
  why: 'Podman either refuses the file, or takes another value without a word: a restart policy that is misspelt restarts always.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/domain/infra/abi/play.go',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/volume.go',
  ],
  fix: 'Take one of the known values, spelt as Kubernetes does.',
  applies: 'document',
  *check(document) {
    for (const { entry, owner, name } of fieldsOf(document)) {
      const { value } = entry;
      const rule = Object.hasOwn(values, `${owner}.${name}`) ? values[`${owner}.${name}`] : undefined;
      if (rule === undefined || value.type !== 'scalar' || typeof value.value !== 'string') continue;
      const { known, anyCase, otherwise } = rule;
      const written = value.value;
      const same = known.find((each) => each.toLowerCase() === written.toLowerCase());
      if (known.includes(written) || (anyCase && same !== undefined)) continue;
      const at = value.span;
      const expected = known.filter(Boolean).join(', ');
      const message = `expected one of ${expected}, got '${written.slice(0, 40)}': ${otherwise}`;
      const near = same ?? (written.length < 40 ? nearest(written, known.filter(Boolean)) : undefined);
      yield near === undefined ? { at, message } : { at, message, edit: { at, text: near } };
    }
  },
});
