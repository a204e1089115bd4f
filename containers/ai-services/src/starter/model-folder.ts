/** A model as the Hugging Face hub lays it out, with what it is for beside it. */
export interface ModelFolder {
  id: string;
  /** Hugging Face task names. */
  tasks: readonly string[];
  config: Readonly<Record<string, unknown>>;
  /** ONNX files by name, without their ending. */
  onnx: Readonly<Record<string, Buffer>>;
  tokenizer?: ReadonlyMap<string, string>;
  preprocessor?: Readonly<Record<string, unknown>>;
  generation?: Readonly<Record<string, unknown>>;
}

/** Every file of a model, by its path below the models folder. */
export function modelFiles(model: ModelFolder): [string, Buffer][] {
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const files: [string, Buffer][] = [
    ['config.json', json(model.config)],
    ['ai-semble.json', json({ tasks: model.tasks })],
    ...Object.entries(model.onnx).map(([name, bytes]): [string, Buffer] => [`onnx/${name}.onnx`, bytes]),
    ...[...(model.tokenizer ?? [])].map(([name, text]): [string, Buffer] => [name, Buffer.from(text)]),
  ];
  if (model.preprocessor) files.push(['preprocessor_config.json', json(model.preprocessor)]);
  if (model.generation) files.push(['generation_config.json', json(model.generation)]);
  return files.map(([name, bytes]) => [`onnx/${model.id}/${name}`, bytes]);
}

/** Both directions of a model's labels, as config.json states them. */
export function labels(names: readonly string[]) {
  return {
    id2label: Object.fromEntries(names.map((name, id) => [id, name])),
    label2id: Object.fromEntries(names.map((name, id) => [name, id])),
  };
}
