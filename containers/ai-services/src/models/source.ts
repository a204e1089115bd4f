import { ModelFailure } from './failure.ts';
import { printable } from './names.ts';

export interface HubSource {
  kind: 'hub';
  repo: string;
  revision: string;
  /** A file of the repository or a kind of quantisation. */
  pick?: string;
}

export interface RegistrySource {
  kind: 'registry';
  host: string;
  repository: string;
  /** A tag or `sha256:…`. */
  reference: string;
}

export interface UrlSource {
  kind: 'url';
  url: string;
  sha256?: string;
}

export type Source = HubSource | RegistrySource | UrlSource;

const shapes =
  'hf://org/repo[@revision][:file-or-quantisation], https://…/x.gguf, oci://registry/name[:tag], file:PATH';

/** Where a model comes from, as the user names it. */
export function parseSource(text: string): Source {
  if (text.startsWith('hf://')) return hub(text);
  if (text.startsWith('oci://')) return registry(text);
  if (/^https?:\/\//.test(text)) return url(text);
  throw bad(text, `a source is one of ${shapes}`);
}

/** The other way round, without what only matters once. */
export function sourceText(source: Source): string {
  if (source.kind === 'url') return source.url;
  if (source.kind === 'registry') {
    const mark = source.reference.includes(':') ? '@' : ':';
    return `oci://${source.host}/${source.repository}${mark}${source.reference}`;
  }
  const pick = source.pick === undefined ? '' : `:${source.pick}`;
  return `hf://${source.repo}@${source.revision}${pick}`;
}

function hub(text: string): HubSource {
  const found = /^hf:\/\/([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?(?::([\w./+=,@() -]+))?$/.exec(text);
  const [, repo = '', revision = 'main', pick] = found ?? [];
  if (!found || /(^|\/)\.+(\/|$)/.test(repo) || revision.includes('..')) {
    throw bad(text, 'expected hf://org/repo[@revision][:file-or-quantisation]');
  }
  return { kind: 'hub', repo, revision, ...(pick === undefined ? {} : { pick }) };
}

function registry(text: string): RegistrySource {
  const found =
    /^oci:\/\/([\w.-]+(?::\d+)?)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(\w[\w.-]{0,127})|@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  const [, host = '', repository = '', tag, digest] = found ?? [];
  if (!found || repository.includes('..'))
    throw bad(text, 'expected oci://registry/name[:tag] or oci://registry/name@sha256:…');
  return { kind: 'registry', host, repository, reference: digest ?? tag ?? 'latest' };
}

function url(text: string): UrlSource {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (!address?.pathname.toLowerCase().endsWith('.gguf')) throw bad(text, 'the address must end in .gguf');
  if (address.username || address.password)
    throw bad('an address', 'a name or password in it would be written down');
  const hash = address.hash.slice(1);
  const sha256 = /^sha256=([0-9a-f]{64})$/i.exec(hash)?.[1]?.toLowerCase();
  if (hash !== '' && sha256 === undefined)
    throw bad(text, 'after # stands sha256= and 64 hexadecimal digits');
  address.hash = '';
  return { kind: 'url', url: address.href, ...(sha256 === undefined ? {} : { sha256 }) };
}

function bad(text: string, why: string): ModelFailure {
  return new ModelFailure(`cannot pull '${printable(text)}': ${why}`, { exit: 2 });
}
