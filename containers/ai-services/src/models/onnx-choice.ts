import { precisions } from '../precisions.ts';
import { ModelFailure } from './failure.ts';
import type { HubFile } from './hub.ts';

const suffixes: Readonly<Record<string, string>> = Object.fromEntries(precisions);

/** What the services read beside the networks: settings, the tokenizer, how token vectors are pooled, what it is for. */
const settings =
  /^((pre)?processor_config|config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|quantize_config|chat_template|ai-semble)\.json$|^1_Pooling\/config\.json$|^(merges|vocab)\.txt$|^chat_template\.jinja$/;

/** `quantized` is what the files say and `q8` what the library says. */
export function onnxDtype(pick: string | undefined): string | undefined {
  const dtype = pick?.toLowerCase().replace(/^quantized$/, 'q8');
  return dtype !== undefined && dtype in suffixes ? dtype : undefined;
}

/** Settings, tokenizer and the network files of one kind of numbers. */
export function chooseOnnx(repo: string, files: readonly HubFile[], pick: string | undefined): HubFile[] {
  const networks = files.filter(({ path }) => /^onnx\/[^/]+\.onnx$/.test(path));
  const available = Object.keys(suffixes).filter((dtype) => networks.some((file) => dtypeOf(file) === dtype));
  const dtype = pick === undefined ? 'fp32' : onnxDtype(pick);
  if (dtype === undefined || !available.includes(dtype)) {
    throw new ModelFailure(`${repo} has no ${pick ?? 'fp32'}; it has ${available.join(', ')}`, {
      exit: 2,
      fix: `name one: hf://${repo}:${available[0]}`,
    });
  }
  if (!files.some(({ path }) => path === 'config.json')) {
    throw new ModelFailure(`${repo} has no config.json: its networks cannot be used without it`);
  }
  const chosen = networks.filter((file) => dtypeOf(file) === dtype && !isMerged(file, networks));
  const data = files.filter(({ path }) => chosen.some((network) => isDataOf(path, network.path)));
  return [...files.filter(({ path }) => settings.test(path)), ...chosen, ...data];
}

/** A root file that a model of the hub's layout needs beside its networks. */
export function isSetting(path: string): boolean {
  return settings.test(path);
}

/** Weights beside any network. */
export function isOnnxData(path: string): boolean {
  return /^onnx\/[^/]+\.onnx[._]data(_\d+)?$/.test(path);
}

function dtypeOf({ path }: HubFile): string {
  const stem = path.replace(/\.onnx$/, '');
  const marked = Object.entries(suffixes).filter(([, suffix]) => suffix !== '' && stem.endsWith(suffix));
  return marked[0]?.[0] ?? 'fp32';
}

/** Two halves of a decoder that also comes as one file for both. */
function isMerged({ path }: HubFile, networks: readonly HubFile[]): boolean {
  const merged = path.replace(
    /\/(decoder_model|decoder_with_past_model)(_[a-z0-9]+)?\.onnx$/,
    '/decoder_model_merged$2.onnx',
  );
  return merged !== path && networks.some((file) => file.path === merged);
}

/** Weights beside a network that is too large for one protobuf. */
function isDataOf(path: string, network: string): boolean {
  return path.startsWith(network) && /^[._]data(_\d+)?$/.test(path.slice(network.length));
}
