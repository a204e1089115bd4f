const factors: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Bytes of podman's sizes: `512m`, `2g`, `1.5GiB`; every unit is a power of 1024. */
export function podmanBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmgtp]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * 1024 ** (factors[unit.toLowerCase()] ?? 0);
}

/** Bytes of a Kubernetes quantity: `512Mi` is 1024², `512M` 1000². */
export function quantityBytes(value: unknown): number | undefined {
  const [, number, unit = '', binary] =
    /^(\d{1,15}(?:\.\d{1,6})?(?:[eE]\d)?)(?:([kKMGTP])(i?))?$/.exec(String(value)) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (binary === 'i' ? 1024 : 1000) ** (factors[unit.toLowerCase()] ?? 0);
}
