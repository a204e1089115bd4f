import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTaskName, type TaskName } from './task-names.ts';

/** Precisions of ONNX weights as transformers.js calls them, in the order of preference, with their file suffix. */
const precisions = [
  ['fp32', ''],
  ['q8', '_quantized'],
  ['int8', '_int8'],
  ['uint8', '_uint8'],
  ['fp16', '_fp16'],
  ['q4', '_q4'],
  ['q4f16', '_q4f16'],
  ['bnb4', '_bnb4'],
] as const;
export type Precision = (typeof precisions)[number][0];

/** A model in Hugging Face's folder layout: config.json, tokenizer.json, onnx/model.onnx and so on. */
export interface OnnxModel {
  /** Folder below `onnx/`: `org/name`. */
  id: string;
  tasks: readonly TaskName[];
  precision: Precision;
  /** How token vectors become one; from sentence-transformers' settings where the model has them. */
  pooling: Pooling;
  /** Bytes of the weights that are loaded. */
  bytes: number;
  created: number;
}

export const poolings = ['mean', 'cls', 'last_token', 'none'] as const;
export type Pooling = (typeof poolings)[number];

/** Every ONNX model below the folder, by id. Folders that are no model, or a broken one, are left out. */
export function indexModels(folder: string): OnnxModel[] {
  const found: OnnxModel[] = [];
  const look = (path: readonly string[]) => {
    const names = namesIn(join(folder, ...path));
    const model =
      names.includes('config.json') && names.includes('onnx') ? describe(folder, path) : undefined;
    if (model) found.push(model);
    else if (path.length < 2) for (const name of names) if (!name.startsWith('.')) look([...path, name]);
  };
  look([]);
  return found.sort((one, two) => one.id.localeCompare(two.id));
}

function describe(folder: string, path: readonly string[]): OnnxModel | undefined {
  const root = join(folder, ...path);
  const config = readJson(join(root, 'config.json'));
  const weights = namesIn(join(root, 'onnx'));
  const precision = precisions.find(([, suffix]) => weights.some((name) => isMain(name, suffix)));
  if (config === undefined || precision === undefined) return undefined;
  const own = readJson(join(root, 'ai-semble.json')) ?? {};
  const declared = Array.isArray(own.tasks) ? own.tasks.map(String).filter(isTaskName) : undefined;
  const files = weights
    .filter((name) => ofPrecision(name, precision[1]))
    .map((name) => statSync(join(root, 'onnx', name)));
  return {
    id: path.join('/'),
    tasks: declared ?? tasksOf(config),
    precision: precision[0],
    pooling: poolingOf(own.pooling, readJson(join(root, '1_Pooling', 'config.json'))),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    created: Math.floor(Math.max(...files.map(({ mtimeMs }) => mtimeMs)) / 1000),
  };
}

function isMain(name: string, suffix: string): boolean {
  return name === `model${suffix}.onnx` || name === `encoder_model${suffix}.onnx`;
}

function ofPrecision(name: string, suffix: string): boolean {
  const stem = name.replace(/\.onnx(_data.*)?$/, '');
  return suffix === ''
    ? !precisions.some(([, other]) => other && stem.endsWith(other))
    : stem.endsWith(suffix);
}

/** What a model is for, by the class that its config.json says it was exported from. */
function tasksOf(config: Record<string, unknown>): TaskName[] {
  const [architecture = ''] = Array.isArray(config.architectures) ? config.architectures.map(String) : [];
  const labels = Object.keys((config.label2id as object | undefined) ?? {}).map((label) =>
    label.toLowerCase(),
  );
  if (/ForSequenceClassification$/.test(architecture)) {
    if (labels.includes('entailment')) return ['zero-shot-classification', 'text-classification'];
    return config.num_labels === 1 || labels.length === 1 ? ['text-ranking'] : ['text-classification'];
  }
  const known = architectureTasks.find(([pattern]) => pattern.test(architecture));
  return known ? [...known[1]] : [];
}

const architectureTasks: readonly (readonly [RegExp, readonly TaskName[]])[] = [
  [/ForTokenClassification$/, ['token-classification']],
  [/ForQuestionAnswering$/, ['question-answering']],
  [/ForMaskedLM$/, ['fill-mask']],
  [/^Marian|^M2M100|^NllbMoe/, ['translation']],
  [
    /^(T5|MT5|Bart|MBart|LongT5|Pegasus|Blenderbot).*ForConditionalGeneration$/,
    ['summarization', 'translation'],
  ],
  [/ForImageClassification(WithTeacher)?$/, ['image-classification']],
  [/ForObjectDetection$/, ['object-detection']],
  [/Segmentation$/, ['image-segmentation']],
  [/ForDepthEstimation$/, ['depth-estimation']],
  [/^(CLIP|ChineseCLIP|CLIPSeg|Siglip|Siglip2|JinaCLIP)Model$/, ['zero-shot-image-classification']],
  [/^VisionEncoderDecoderModel$/, ['image-to-text']],
  [
    /^(ViT|Dinov2|DINOv3ViT|Deit|DeiT|Beit|Swin|ConvNext|ConvNextV2|MobileViT|ViTMAE|ViTMSN|Hiera|Pvt)\w*Model$/,
    ['image-feature-extraction'],
  ],
  [/^\w+Model$/, ['feature-extraction', 'sentence-similarity']],
];

function poolingOf(own: unknown, settings: Record<string, unknown> | undefined): Pooling {
  if (poolings.includes(own as Pooling)) return own as Pooling;
  if (settings?.pooling_mode_cls_token === true) return 'cls';
  if (settings?.pooling_mode_lasttoken === true) return 'last_token';
  return 'mean';
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
