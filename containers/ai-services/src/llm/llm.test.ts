import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engineArguments } from './engine.ts';
import { logEngineLine } from './engine-log.ts';

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

test('presets are handed over only where there are some', () => {
  const options = { modelsFolder: '/models', host: '127.0.0.1', enginePort: 8081, modelsMax: 2 };
  const without = engineArguments(options, false);
  assert.ok(!without.includes('--models-preset'));
  const withPresets = engineArguments(options, true);
  assert.is(withPresets[withPresets.indexOf('--models-preset') + 1], '/models/gguf/presets.ini');
  assert.is(withPresets[withPresets.indexOf('--models-dir') + 1], '/models/gguf');
});

test.run();
