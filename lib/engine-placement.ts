/** Where the engine put one model's weights, by its own words. */
export interface Placement {
  /** Device and description, such as `Vulkan0 (NVIDIA H100)`; `CPU` where no weights lie on a device. */
  backend: string;
  /** MiB of weights on it. */
  mebibytes: number;
  /** How many of its layers; absent on the CPU. */
  layers?: { offloaded: number; total: number };
}

interface Line {
  instance?: number;
  msg?: string;
  data?: { rows?: Array<{ kind: string; name: string; description?: string }> };
}

/**
 * What the service's log says of the model whose llama-server listens on `port`; `undefined` where it says nothing.
 * Weights count, not layers or scratch memory: told to use no device, the engine still says "offloaded 13/13 layers",
 * and told to offload no layer it still keeps some memory there.
 */
export function placementOf(log: string, port: number): Placement | undefined {
  const lines = log
    .split('\n')
    .flatMap(parse)
    .filter(({ instance }) => instance === port);
  const weights = lines.flatMap(({ msg = '' }) => weightsIn(msg));
  if (weights.length === 0) return undefined;
  const onDevice = weights.find(({ buffer, mebibytes }) => mebibytes > 0 && !/^CPU|_Host$/.test(buffer));
  if (onDevice === undefined) return { backend: 'CPU', mebibytes: weights[0]?.mebibytes ?? 0 };
  const { buffer, mebibytes } = onDevice;
  const layers = lines.flatMap(({ msg = '' }) => layersIn(msg)).at(-1);
  const rows = lines.flatMap(({ data }) => data?.rows ?? []);
  const description = rows.find(({ kind, name }) => kind === 'device' && name === buffer)?.description;
  return {
    backend: description ? `${buffer} (${description})` : buffer,
    mebibytes,
    ...(layers ? { layers } : {}),
  };
}

/** `load_tensors:      Vulkan0 model buffer size =    92.16 MiB` */
function weightsIn(message: string): Array<{ buffer: string; mebibytes: number }> {
  const [, buffer, size] = /load_tensors:\s+(\S+) model buffer size =\s+([\d.]+) MiB/.exec(message) ?? [];
  return buffer === undefined ? [] : [{ buffer, mebibytes: Number(size) }];
}

/** `load_tensors: offloaded 13/13 layers to GPU` */
function layersIn(message: string): Array<{ offloaded: number; total: number }> {
  const [, some, all] = /offloaded (\d+)\/(\d+) layers to GPU/.exec(message) ?? [];
  return some === undefined ? [] : [{ offloaded: Number(some), total: Number(all) }];
}

function parse(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    return [];
  }
}
