import { before, isNull } from '../../kube/pod.ts';
import { type Field, fieldsOf } from '../../kube/schema.ts';
import { defineRule } from '../../rule.ts';
import { textOf } from '../../source.ts';

const quantity = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][-+]?\d+)?$/;

export const rule = defineRule({
  id: 'kube-quantity',
  title: 'an amount is none, or not the one that is meant',
  severity: 'error',
  why: 'Podman refuses the file for what is no amount; and a memory limit in thousandths of a byte, or a fraction that older podman multiplies, is no limit.',
  evidence: [
    'https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/',
    'https://github.com/containers/podman/pull/28969',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/kube.go',
  ],
  fix: 'Write a number with one of k, M, G, T, Ki, Mi, Gi, Ti, such as 512Mi; for cpu also m, such as 500m.',
  applies: 'document',
  *check(document, { podman }) {
    for (const field of fieldsOf(document)) {
      const { value } = field.entry;
      if (field.type !== 'quantity' || value.type !== 'scalar' || isNull(value)) continue;
      const at = value.span;
      const written = String(typeof value.value === 'string' ? value.value : textOf(at)).slice(0, 60);
      const suffix = quantity.exec(written)?.[1] ?? '';
      if (!quantity.test(written)) {
        const unit = /^\d+(\.\d+)?\s*([KMGTP])i?b?$/i.exec(written)?.[2]?.toUpperCase();
        const hint = unit === undefined ? '' : `; did you mean '${Number.parseFloat(written)}${unit}i'?`;
        yield { at, message: `'${written}' is no amount${hint}` };
      } else if (!isMemory(field)) continue;
      else if (suffix === 'm')
        yield {
          at,
          message: `'${written}' is in thousandths of a byte; did you mean '${written}i'?`.replace(
            "mi'",
            "Mi'",
          ),
        };
      else if (Number.parseFloat(written) > 0 && bytesOf(written, suffix) < 2 ** 20)
        yield { at, message: `${written} bytes are too few to start with` };
      else if (/\./.test(written) && suffix.endsWith('i') && before(podman, '6.1')) {
        yield {
          at,
          message: `podman ${podman.text} multiplies the fraction '${written}' by 1000000000; 6.1 reads it`,
        };
      }
    }
  },
});

function isMemory({ owner, name }: Field): boolean {
  return owner === 'ResourceList' && name === 'memory';
}

function bytesOf(written: string, suffix: string): number {
  const powers: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, k: 1e3, Ki: 1024 };
  if (/^(|[nuk]|Ki)$/.test(suffix)) return Number.parseFloat(written) * (powers[suffix] ?? 1);
  return /^[eE]/.test(suffix) ? Number(written) : Number.POSITIVE_INFINITY;
}
