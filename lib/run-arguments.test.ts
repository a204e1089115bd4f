import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuDropIn } from './gpu-drop-in.ts';
import { platform } from './platform.ts';
import { renderQuadlets } from './quadlet-manifests.ts';
import { runArguments } from './run-arguments.ts';

const container = (...lines: string[]) => `[Container]\nUser=1\nGroup=2\n${lines.join('\n')}\n`;

test('what confines a container becomes flags, and the home is filled in', () => {
  const unit = container('ReadOnly=true', 'SeccompProfile=%h/a.json', 'SecurityLabelType=a_t', 'Pod=x.pod');
  assert.equal(runArguments([unit], '/home/ada'), [
    ...['--user', '1:2', '--read-only=true'],
    ...['--security-opt', 'seccomp=/home/ada/a.json', '--security-opt', 'label=type:a_t'],
  ]);
});

test('a key that is not known is refused: nothing is left out in silence', () => {
  assert.throws(() => runArguments([container('UserNS=auto')], '/'), /'UserNS='/);
});

test('every service as it is deployed can be run so, with the GPU drop-in', () => {
  for (const { name } of platform.services) {
    const unit = renderQuadlets(platform).get(`${platform.name}-${name}.container`) ?? '';
    const flags = runArguments([unit, gpuDropIn('nvidia.com/gpu=all')], '/').join(' ');
    assert.match(flags, '--read-only=true');
    assert.match(flags, '--cap-drop all --security-opt no-new-privileges');
    assert.match(flags, '--device nvidia.com/gpu=all --env LLM_GPU=required');
    assert.not.match(flags, 'label=disable');
  }
});

test.run();
