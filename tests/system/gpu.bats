#!/usr/bin/env bats
# `make gpu-smoke` with a GPU that works, one that does not, and none; the GPU is Mesa's software Vulkan device.

load system
load software-gpu
bats_require_minimum_version 1.5.0

setup_file() {
  [ -d /etc/cdi ] || { mkdir /etc/cdi 2>/dev/null && touch "$BATS_FILE_TMPDIR/made"; } || true
  [ -w /etc/cdi ] || skip 'only root may write to /etc/cdi, and podman before 5.5 reads specs nowhere else'
  make_driver
  export driver needed
}

# Kinds are named after this run: another may go on beside it.
setup() {
  id=run$$x$BATS_TEST_NUMBER
}

teardown() {
  rm -f "/etc/cdi/ai-semble-test-$id".*
}

teardown_file() {
  [ ! -e "$BATS_FILE_TMPDIR/made" ] || rmdir /etc/cdi 2>/dev/null || true
}

# smoke [options]: the smoke test; exit code, stdout and stderr in $status, $output, $stderr.
smoke() {
  local root=$BATS_TEST_DIRNAME/../..
  run --separate-stderr env CI=1 "$root/node_modules/.bin/tsx" "$root/scripts/gpu-smoke.ts" --quick "$@"
  echo "# gpu-smoke $* -> $status $output $stderr"
}

nothing_is_left() {
  is '' "$(podman ps --all --format '{{.Names}}' | grep gpu-smoke)"
  is '' "$(podman volume ls --quiet | grep gpu-smoke)"
}

@test "a model computes on the GPU, with the container locked down as deployed" {
  write_spec "$id"
  smoke --device "$device" --json
  is 0 "$status"
  is 'on the GPU' "$(field it.outcome)"
  [[ $(field it.placement.gpu.backend) == 'Vulkan0 (llvmpipe'* ]]
  is '2 of 2' "$(field '`${it.placement.gpu.layers.offloaded} of ${it.placement.gpu.layers.total}`')"
  is CPU "$(field it.placement.cpu.backend)"
  is true "$(field 'it.ratio > 0 && it.tokensPerSecond.cpu > 0')"
  is '/dev/net/tun true' "$(field 'it.nodes.map(({ path, held }) => `${path} ${held}`).join()')"
  is 'true true true true' "$(field '["seccomp", "noNewPrivileges", "noCapabilities", "readOnlyRoot"].map((key) => it.confinement[key]).join(" ")')"
  nothing_is_left
}

@test "a GPU whose driver does not come along is not computed on, and that is said" {
  write_spec "$id" 'delete spec.containerEdits'
  smoke --device "$device"
  is 1 "$status"
  [[ $output == *'not on the GPU: a GPU is required, and the engine sees none'* ]]
  nothing_is_left
}

@test "a model that falls back to the CPU although the engine sees a GPU does not pass" {
  write_spec "$id" 'spec.containerEdits.env.push("LLAMA_ARG_N_GPU_LAYERS=0")'
  smoke --device "$device"
  is 1 "$status"
  [[ $output == *'not on the GPU'* ]]
}

@test "a stale spec is told with the command that mends it" {
  write_spec "$id" 'spec.containerEdits.mounts[0].hostPath = "/gone/libvulkan_lvp.so"'
  smoke --device "$device"
  is 1 "$status"
  [[ $stderr == *"$spec: files are gone: /gone/libvulkan_lvp.so"*"fix: "*"rm $spec"* ]]
  write_spec "$id" 'spec.devices[0].containerEdits.deviceNodes[0].path = "/dev/gone"'
  smoke --device "$device" --json
  is '1 unusable' "$status $(field it.outcome)"
}

@test "without a GPU the answer is 77 and one line" {
  run --separate-stderr node_modules/.bin/tsx scripts/doctor.ts --json
  [ "$(field 'it.some(({ id, what }) => id === "gpu" && /^GPU$/.test(what))')" = true ] || skip 'this machine has a GPU'
  smoke
  is 77 "$status"
  is 1 "$(wc -l <<<"$stderr")"
  [[ $stderr == 'no GPU to test: '*'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml' ]]
}

@test "the image has what NVIDIA's Vulkan driver links to and does not bring along" {
  run podman run --rm --network none "$IMAGE" ldconfig -p
  [[ $output == *libX11.so.6* ]]
  [[ $output == *libXext.so.6* ]]
}

@test "an interrupted smoke test leaves nothing behind" {
  write_spec "$id"
  local root=$BATS_TEST_DIRNAME/../..
  node --import tsx "$root/scripts/gpu-smoke.ts" --device "$device" --quick 3>&- &
  eventually 30 bash -c 'podman ps --format "{{.Names}}" | grep -q "gpu-smoke-[0-9]*$"'
  local code=0
  kill -INT $!
  wait $! || code=$?
  is 130 "$code"
  nothing_is_left
}
