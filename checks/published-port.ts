export interface PublishedPort {
  /** Empty for every address; IPv6 without brackets. */
  readonly address: string;
  /** The first and the last; `undefined` where podman picks one. */
  readonly host: readonly [number, number] | undefined;
  readonly container: readonly [number, number];
  readonly protocol: string;
}

/** Reads `[[address:]host:]container[/protocol]`, each with ranges: the form of PublishPort= and --publish. */
export function parsePublishedPort(text: string): PublishedPort | undefined {
  const [, ports = '', protocol = 'tcp'] = /^([^/]*)(?:\/(\w+))?$/.exec(text.trim()) ?? [];
  const [, six, rest = ports] = /^\[([^\]]*)\]:(.*)$/.exec(ports) ?? [];
  const parts = rest.split(':');
  if (parts.length > (six === undefined ? 3 : 2) || (parts.length === 3 && !/^[\d.]*$/.test(parts[0] ?? '')))
    return undefined;
  const container = rangeOf(parts.at(-1) ?? '');
  if (container === undefined) return undefined;
  const hostText = parts.at(-2) ?? '';
  const host = parts.length > 1 || six !== undefined ? rangeOf(hostText) : undefined;
  if (hostText !== '' && host === undefined) return undefined;
  const address = six ?? (parts.length === 3 ? (parts[0] ?? '') : '');
  return { address, host: host?.[0] === 0 ? undefined : host, container, protocol: protocol.toLowerCase() };
}

function rangeOf(text: string): [number, number] | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range: [number, number] = [Number(from), Number(to)];
  return from !== undefined && range[0] <= range[1] && range[1] <= 65_535 ? range : undefined;
}
