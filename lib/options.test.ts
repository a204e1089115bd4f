import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Failure } from './failure.ts';
import { helpText, parseOptions } from './options.ts';

const usage = {
  summary: 'Does it.',
  options: {
    json: { type: 'boolean', help: 'as JSON' },
    level: { type: 'string', help: 'least level', choices: ['info', 'warn'] },
  },
} as const;

const refusal = (...argv: string[]): Failure => {
  try {
    parseOptions(usage, argv);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('was not refused');
};

test('flags become one frozen object, absent ones included', () => {
  const options = parseOptions(usage, ['--level', 'warn']);
  assert.equal(options, { json: false, level: 'warn', positionals: [] });
  assert.ok(Object.isFrozen(options));
});

test('an unknown flag is a usage error that names the nearest', () => {
  const failure = refusal('--jsn');
  assert.is(failure.exit, 2);
  assert.is(failure.message, 'unknown flag --jsn');
  assert.is(failure.fix, 'did you mean --json?');
});

test('a value outside the choices names the nearest', () => {
  const failure = refusal('--level', 'wran');
  assert.is(failure.exit, 2);
  assert.is(failure.fix, 'did you mean warn?');
});

test('a positional argument that nobody takes is refused', () => {
  assert.is(refusal('extra').message, "unexpected argument 'extra'");
});

test('a string flag without its value is refused', () => {
  assert.is(refusal('--level').exit, 2);
});

test('--help gives no options, and the text lists every flag', () => {
  assert.is(parseOptions(usage, ['--json', '--help']), undefined);
  const text = helpText('tool', usage);
  assert.match(text, '--json');
  assert.match(text, '--level VALUE');
  assert.match(text, '(info, warn)');
});

test.run();
