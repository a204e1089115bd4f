import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Precision, precisions } from '../precisions.ts';
import { isTaskName, type TaskName } from './task-names.ts';

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
  const found = precisions
    .map(([precision, suffix]) => ({ precision, files: filesOf(weights, suffix) }))
    .find(({ files }) => files.length > 0);
  if (config === undefined || found === undefined) return undefined;
  // Gone since the folder was read, or a link that leads nowhere: no model, for now.
  const files = found.files.map((name) => statSync(join(root, 'onnx', name), { throwIfNoEntry: false }));
  if (!files.every((file) => file !== undefined)) return undefined;
  const own = readJson(join(root, 'ai-semble.json')) ?? {};
  const declared = Array.isArray(own.tasks) ? own.tasks.map(String).filter(isTaskName) : undefined;
  return {
    id: path.join('/'),
    tasks: declared ?? tasksOf(config),
    precision: found.precision,
    pooling: poolingOf(own.pooling, readJson(join(root, '1_Pooling', 'config.json'))),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    created: Math.floor(Math.max(...files.map(({ mtimeMs }) => mtimeMs)) / 1000),
  };
}

/** What is loaded of one precision: the whole model, or its encoder and its decoder, with what lies beside them. */
function filesOf(weights: readonly string[], suffix: string): string[] {
  const of = (stem: string) =>
    weights.filter(
      (name) => name === `${stem}${suffix}.onnx` || name.startsWith(`${stem}${suffix}.onnx_data`),
    );
  const whole = of('model');
  if (whole.length > 0) return whole;
  const encoder = of('encoder_model');
  return encoder.length > 0 ? [...encoder, ...of('decoder_model_merged')] : [];
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
