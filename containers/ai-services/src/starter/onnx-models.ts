import { blanksModel } from './blanks-model.ts';
import { captionsModel } from './captions-model.ts';
import {
  brightnessDepthModel,
  colorFeaturesModel,
  colorRegionsModel,
  colorsModel,
  colorWordsModel,
} from './image-models.ts';
import { sentimentModel, topicsModel } from './lexicon-models.ts';
import { modelFiles } from './model-folder.ts';
import { embeddingsModel, rankingModel } from './ngram-models.ts';
import { brightRegionsModel } from './region-model.ts';
import { summaryModel, translationModel } from './seq2seq-models.ts';
import { answersModel, entitiesModel } from './span-models.ts';

/** Every file of the starter models for vision and language tasks, by its path below the models folder. */
export function starterOnnxModels(): ReadonlyMap<string, Buffer> {
  const models = [
    sentimentModel,
    topicsModel,
    entitiesModel,
    answersModel,
    blanksModel,
    embeddingsModel,
    rankingModel,
    translationModel,
    summaryModel,
    colorsModel,
    colorWordsModel,
    brightRegionsModel,
    colorRegionsModel,
    brightnessDepthModel,
    captionsModel,
    colorFeaturesModel,
  ];
  return new Map(models.flatMap((build) => modelFiles(build())));
}
