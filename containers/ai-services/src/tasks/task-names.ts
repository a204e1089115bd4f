/** Hugging Face's names: https://huggingface.co/tasks */
export const visionTasks = [
  'image-classification',
  'zero-shot-image-classification',
  'object-detection',
  'image-segmentation',
  'depth-estimation',
  'image-to-text',
  'image-feature-extraction',
] as const;

export const languageTasks = [
  'text-classification',
  'zero-shot-classification',
  'token-classification',
  'question-answering',
  'summarization',
  'translation',
  'fill-mask',
  'feature-extraction',
  'sentence-similarity',
  'text-ranking',
] as const;

export type VisionTask = (typeof visionTasks)[number];
export type LanguageTask = (typeof languageTasks)[number];
export type TaskName = VisionTask | LanguageTask;

export function isTaskName(name: string): name is TaskName {
  return [...visionTasks, ...languageTasks].includes(name as TaskName);
}

export function isVisionTask(task: TaskName): task is VisionTask {
  return visionTasks.includes(task as VisionTask);
}
