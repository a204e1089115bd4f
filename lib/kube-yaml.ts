import { isNode, LineCounter, parseAllDocuments } from 'yaml';

export interface KubeDocument {
  value: Record<string, unknown>;
  /** 1-based line of what a path leads to, or of its nearest parent that is there. */
  lineOf(path: ReadonlyArray<string | number>): number;
}

export interface KubeProblem {
  line: number;
  message: string;
}

export interface KubeFile {
  documents: readonly KubeDocument[];
  problems: readonly KubeProblem[];
}

/** Reads Kubernetes YAML, several documents a file, keeping line numbers; empty documents are passed over. */
export function parseKube(text: string): KubeFile {
  const lines = new LineCounter();
  const documents: KubeDocument[] = [];
  const problems: KubeProblem[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    if (!('errors' in document)) continue;
    for (const error of document.errors) {
      problems.push({ line: lines.linePos(error.pos[0]).line, message: error.message });
    }
    if (document.errors.length > 0) continue;
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    const start = lines.linePos(document.contents?.range?.[0] ?? 0).line;
    if (value === null) continue;
    if (typeof value !== 'object' || Array.isArray(value)) {
      problems.push({ line: start, message: 'expected a mapping with apiVersion and kind' });
      continue;
    }
    const lineOf = (path: ReadonlyArray<string | number>) => {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return start;
    };
    documents.push({ value: value as Record<string, unknown>, lineOf });
  }
  return { documents, problems };
}
