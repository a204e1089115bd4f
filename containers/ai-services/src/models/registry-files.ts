import { ModelFailure } from './failure.ts';
import { type Format, modelName, safePath } from './names.ts';
import { ggufPath, type Plan, type PlannedFile } from './plan.ts';
import type { RegistrySource } from './source.ts';

interface Descriptor {
  mediaType?: string;
  digest?: string;
  size?: number;
  annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  manifests?: readonly Descriptor[];
  layers?: readonly Descriptor[];
  annotations?: Readonly<Record<string, string>>;
}

const ggufTypes = new Set([
  'application/vnd.docker.ai.gguf.v3',
  'application/vnd.ollama.image.model',
  'application/vnd.cncf.model.weight.v1.raw',
  'application/vnd.cncf.model.weight.v1.gguf',
  'application/gguf',
  'application/x-gguf',
]);

const projectorTypes = new Set([
  'application/vnd.docker.ai.mmproj',
  'application/vnd.ollama.image.projector',
]);

interface Layer {
  from: string;
  size: number;
  title: string | undefined;
  projector: boolean;
}

/** The layers of a manifest that are files of a model, and where they go. */
export function filesOfManifest(
  { layers }: Manifest,
  source: RegistrySource,
  urlOf: (digest: string) => string,
  name: string | undefined,
): Pick<Plan, 'name' | 'format' | 'files'> {
  const all = (Array.isArray(layers) ? layers : []).map(layerOf).filter((layer) => layer !== undefined);
  const gguf = all.filter(({ title }) => title === undefined || /\.gguf$/i.test(title));
  const onnx = all.filter(
    ({ title }) => title !== undefined && /\.(onnx|onnx[._]data(_\d+)?|json)$/.test(title),
  );
  const planned = (path: string, { from, size }: Layer): PlannedFile => ({
    path: safePath(path),
    from,
    url: urlOf(from),
    size,
    sha256: from.slice('sha256:'.length),
  });
  if (gguf.length > 0) {
    const model = modelName(name ?? ggufName(gguf, source), 'gguf');
    return withFormat(
      'gguf',
      model,
      gguf.map((layer, index) => planned(ggufPath(model, fileName(layer, index, model), gguf.length), layer)),
    );
  }
  if (onnx.some(({ title }) => title?.endsWith('.onnx'))) {
    const model = modelName(name ?? onnxName(source), 'onnx');
    return withFormat(
      'onnx',
      model,
      onnx.map((layer) => planned(`onnx/${model}/${onnxPlace(layer.title ?? '')}`, layer)),
    );
  }
  throw new ModelFailure(`${source.host}/${source.repository} holds no GGUF and no ONNX file`, {
    fix: 'a container image is no model; on Docker Hub models are below ai/, on registry.ollama.ai below library/',
  });
}

function withFormat(
  format: Format,
  name: string,
  files: PlannedFile[],
): Pick<Plan, 'name' | 'format' | 'files'> {
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size !== files.length) throw new ModelFailure(`${name}: two of its layers are called the same`);
  return { name, format, files };
}

function layerOf({ mediaType = '', digest = '', size, annotations }: Descriptor): Layer | undefined {
  const title = annotations?.['org.opencontainers.image.title'] ?? annotations?.['org.cncf.model.filepath'];
  const projector = projectorTypes.has(mediaType);
  const file = title !== undefined && /\.(gguf|onnx|onnx[._]data(_\d+)?|json)$/i.test(title);
  if (!file && !projector && !ggufTypes.has(mediaType)) return undefined;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !Number.isSafeInteger(size) || Number(size) < 0) {
    throw new ModelFailure(
      `a layer of the manifest has no size or no sha256 digest: ${JSON.stringify(digest)}`,
    );
  }
  return { from: digest, size: Number(size), title: file ? title : undefined, projector };
}

/** The title of its model file where that says anything, or what the registry calls it: `llama3.2-1b` for `library/llama3.2:1b`. */
function ggufName(layers: readonly Layer[], { repository, reference }: RegistrySource): string {
  const titled = layers.find(
    ({ title, projector }) => !projector && title && baseName(title) !== 'model.gguf',
  );
  if (titled?.title) return baseName(titled.title).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
  const last = baseName(repository);
  return reference === 'latest' || reference.includes(':') ? last : `${last}-${reference}`;
}

function fileName({ title, projector }: Layer, index: number, name: string): string {
  if (title !== undefined) return baseName(title);
  if (projector) return `mmproj-${name}.gguf`;
  return index === 0 ? `${name}.gguf` : `${name}-${index}.gguf`;
}

function onnxName({ repository }: RegistrySource): string {
  const words = repository.split('/');
  return words.length > 1 ? words.slice(-2).join('/') : `library/${repository}`;
}

/** Networks lie in onnx/, settings beside it, whether the registry kept the folders or not. */
function onnxPlace(title: string): string {
  return title.includes('/') || title.endsWith('.json') ? title : `onnx/${title}`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
