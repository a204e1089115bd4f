import { parseAllDocuments } from 'yaml';
import { seccompAnnotation } from './pod-manifests.ts';

type Json = Record<string, unknown>;
interface Pod {
  kind: string;
  metadata: { annotations?: Record<string, string> };
  spec: { containers: Array<{ name: string; securityContext: Json }> };
}

/** The pod under podman's own seccomp profile. */
export function withDefaultSeccomp(text: string): string {
  return changed(text, ({ metadata }) => {
    for (const name of Object.keys(metadata.annotations ?? {}))
      if (name.startsWith(seccompAnnotation)) delete metadata.annotations?.[name];
  });
}

/** The pod without what hardens it: no seccomp at all, podman's capabilities, a writable root. To compare with. */
export function withoutHardening(text: string): string {
  return changed(text, ({ metadata, spec }) => {
    for (const container of spec.containers) {
      metadata.annotations = {
        ...metadata.annotations,
        [`${seccompAnnotation}/${container.name}`]: 'unconfined',
      };
      const { runAsUser, runAsGroup } = container.securityContext;
      container.securityContext = { runAsUser, runAsGroup };
    }
  });
}

function changed(text: string, change: (pod: Pod) => void): string {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as Pod);
  for (const document of documents) if (document.kind === 'Pod') change(document);
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}
