import { ApiError } from '../../../base/kit/errors.ts';
import { indexModels, type OnnxModel } from './model-index.ts';
import type { TaskName } from './task-names.ts';

export interface ModelDirectory {
  /** Models that do at least one of this service's tasks. */
  list(): OnnxModel[];
  /** By task: the model named, or the task's default where none is. */
  choose(task: TaskName, name: string | undefined): OnnxModel;
  defaultFor(task: TaskName): OnnxModel | undefined;
}

const starters = 'starter/';

/** The ONNX models of the models volume that this service's tasks use; what is put there is seen within `freshMs`. */
export function createModelDirectory(
  folder: string,
  tasks: readonly TaskName[],
  freshMs = 2000,
): ModelDirectory {
  let models: OnnxModel[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  const list = () => {
    if (performance.now() - readAt > freshMs) {
      models = indexModels(folder).filter((model) => model.tasks.some((task) => tasks.includes(task)));
      readAt = performance.now();
    }
    return models;
  };
  const able = (task: TaskName) => list().filter((model) => model.tasks.includes(task));
  /** The first by name; a starter only where there is nothing else. */
  const defaultFor = (task: TaskName) => {
    const models = able(task);
    return models.find(({ id }) => !id.startsWith(starters)) ?? models[0];
  };
  return {
    list,
    defaultFor,
    choose: (task, name) => {
      const model = name === undefined ? defaultFor(task) : list().find(({ id }) => id === name);
      if (model?.tasks.includes(task)) return model;
      const names = able(task).map(({ id }) => id);
      const known =
        names.length > 0
          ? `there is: ${names.join(', ')}`
          : "none is there: 'make models' lists and pulls them";
      if (model) {
        const message = `model '${model.id}' is for ${model.tasks.join(', ')}, not for ${task}; ${known}`;
        throw new ApiError(400, 'wrong_kind_of_model', message, { param: 'model' });
      }
      const message = `there is no model ${name === undefined ? '' : `'${name.slice(0, 100)}' `}for ${task}; ${known}`;
      throw new ApiError(404, 'model_not_found', message, { param: 'model' });
    },
  };
}
