import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { logEngineLine } from './engine-log.ts';
import { parseDevices, wantsGpu } from './gpu.ts';
import { createInstances } from './instances.ts';
import { listModels } from './listed-model.ts';
import { mergeMetrics } from './metrics.ts';
import { isSame, onlyAdded } from './models-folder.ts';
import type { RouterModel } from './router.ts';

type Entry = [level: string, detail: Record<string, unknown>, message: string];

function logged(line: string): Entry[] {
  const entries: Entry[] = [];
  const record = (level: string) => (detail: Record<string, unknown>, message: string) => {
    entries.push([level, detail, message]);
  };
  const log = { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };
  logEngineLine(line, log as never);
  return entries;
}

const engine = 'llama-server';

test("the router's own lines keep their level", () => {
  assert.equal(logged('{"type":"log","time":1,"level":"error","msg":"failed to open\\n"}'), [
    ['error', { engine }, 'failed to open'],
  ]);
});

test('the lines of its children are unwrapped and carry their port', () => {
  const inner = JSON.stringify({ type: 'log', level: 'warn', msg: 'model is large\n' });
  assert.equal(logged(JSON.stringify({ type: 'log', level: 'none', msg: `[4242] ${inner}\n` })), [
    ['warn', { engine, instance: 4242 }, 'model is large'],
  ]);
});

test('records without a message keep their data', () => {
  const inner = JSON.stringify({ type: 'fit_memory_breakdown', data: { unit: 'MiB' } });
  assert.equal(logged(JSON.stringify({ msg: `[1] ${inner}` })), [
    ['info', { engine, instance: 1, data: { unit: 'MiB' } }, 'fit_memory_breakdown'],
  ]);
});

test('an error is never taken for routine', () => {
  const line = '{"level":"error","msg":"llama_model_load: error loading model"}';
  assert.equal(logged(line), [['error', { engine }, 'llama_model_load: error loading model']]);
});

test('what every request says is for debugging only, and what is no JSON is kept as it stands', () => {
  assert.is(
    logged('{"level":"info","msg":"srv proxy_reques: proxying request to model x"}')[0]?.[0],
    'debug',
  );
  assert.equal(logged('plain words'), [['info', { engine }, 'plain words']]);
  assert.equal(logged('{"level":"info","msg":"\\n"}').length, 0);
});

const nothing = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } as never;

test('what a model said last is kept by its port, and where its weights lie', () => {
  const instances = createInstances();
  const say = (port: number, record: object) =>
    logEngineLine(JSON.stringify({ msg: `[${port}] ${JSON.stringify(record)}` }), nothing, instances.note);
  say(7, { level: 'error', msg: 'failed to load model\n' });
  say(7, { level: 'error', msg: 'exiting due to model loading error' });
  const host = { kind: 'host', name: 'Host', self: 40 };
  const gpu = { kind: 'device', name: 'Vulkan0', self: 900 };
  say(8, { type: 'fit_memory_breakdown', data: { rows: [gpu, host] } });
  say(9, { type: 'fit_memory_breakdown', data: { rows: [{ ...gpu, self: 0 }, host] } });
  assert.is(instances.lastWords(7), 'failed to load model');
  assert.is(instances.lastWords(8), undefined);
  assert.equal([7, 8, 9].map(instances.devices), [undefined, ['Vulkan0'], []]);
});

const loaded = (...args: string[]): RouterModel => ({
  id: 'm',
  aliases: [],
  status: { value: 'loaded', args },
});

test('a preset may ask for the CPU where there is a GPU', () => {
  const asked = [[], ['--n-gpu-layers', '99'], ['--n-gpu-layers', '0'], ['--device', 'none']];
  assert.equal(
    asked.map((flags) => wantsGpu(loaded(...flags))),
    [true, true, false, false],
  );
});

test("the engine's list of devices is read", () => {
  const text =
    'Available devices:\n  Vulkan0: llvmpipe (LLVM 21.1.8, 256 bits) (24105 MiB, 22207 MiB free)\n';
  assert.equal(parseDevices(text), [
    { name: 'Vulkan0', description: 'llvmpipe (LLVM 21.1.8, 256 bits)', bytes: 22_207 * 2 ** 20 },
  ]);
  assert.equal(parseDevices('Available devices:\n  (none)\n'), []);
});

test('the list names a default where one model alone is pinned', () => {
  const models = ['a', 'b', 'c'].map((id): RouterModel => ({ ...loaded(), id }));
  const defaults = (...pinned: string[]) =>
    listModels(models, {
      needOf: () => {
        throw new Error('no such file');
      },
      budgets: { container: { bytes: 1, of: 'the test' } },
      isPinned: ({ id }) => pinned.includes(id),
      requests: () => 0,
    }).flatMap((model) => (model.default ? [model.id] : []));
  assert.equal([defaults(), defaults('b'), defaults('a', 'b')], [[], ['b'], []]);
});

test('metrics of several models become one text', () => {
  const text = (value: number) =>
    `# HELP llamacpp:x Things\n# TYPE llamacpp:x counter\nllamacpp:x ${value}\n`;
  assert.equal(
    mergeMetrics([
      ['a', text(1)],
      ['b"c', text(2)],
    ]),
    [
      '# HELP llamacpp_x Things',
      '# TYPE llamacpp_x counter',
      'llamacpp_x{model="a"} 1',
      'llamacpp_x{model="b\\"c"} 2',
    ],
  );
});

test('a folder that files were only added to is told from one where something changed or went', () => {
  const before = new Map([['a', '1 1']]);
  const more = new Map([...before, ['b', '1 1']]);
  assert.equal([isSame(before, before), isSame(before, more), onlyAdded(before, more)], [true, false, true]);
  assert.equal([onlyAdded(more, before), onlyAdded(before, new Map([['a', '2 1']]))], [false, false]);
});

test.run();
