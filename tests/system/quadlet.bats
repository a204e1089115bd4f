#!/usr/bin/env bats
# podman 5.4's own Quadlet generator, Debian 13's, reads the units. It runs in a container: the host may be older.

load system

generator=/usr/libexec/podman/quadlet

# generate FOLDER: the generator's dry run over the units in a folder, its words after its units in $output.
generate() {
  run bash -c "tar -c -C '$1' . | podman run --rm -i --network none $image sh -c \
    'mkdir /units && tar -x --no-same-owner -C /units && QUADLET_UNIT_DIRS=/units $generator --user --dryrun 2>/words
     status=\$?; cat /words; exit \$status' 2>&1"
}

setup() {
  generator_of trixie
  units=$BATS_TEST_TMPDIR/units
  cp -r "$BATS_TEST_DIRNAME/../../quadlets" "$units"
}

@test "every unit is accepted, and the pod answers to its name" {
  generate "$units"
  is 0 "$status"
  [[ $output != *[Uu]nsupported* && $output != *rror* && $output != *[Cc]onverting* ]]
  is 1 "$(grep -c '^---ai-semble.pod.service---$' <<<"$output")"
  for service in $SERVICES; do
    is 1 "$(grep -c "^---ai-semble-$service.service---$" <<<"$output")"
  done
  is 6 "$(grep -c 'ExecStart=.*--read-only .*' <<<"$output")"
  for service in $SERVICES; do
    is 1 "$(grep -c -- "--security-opt seccomp=%h/.config/ai-semble/seccomp/$service.json" <<<"$output")"
  done
  is 6 "$(grep -c -- '--cap-drop all' <<<"$output")"
  is 6 "$(grep -c -- 'label=level:s0:c88,c808' <<<"$(grep 'podman run' <<<"$output")")"
  is 1 "$(grep -c -- '--publish 127.0.0.1:8080:8080' <<<"$output")"
}

@test "a unit with a misspelt key is refused: the check above can fail" {
  sed -i 's/^ReadOnly=/ReadOnyl=/' "$units/ai-semble-llm.container"
  generate "$units"
  [[ $output == *"unsupported key 'ReadOnyl'"* ]]
}

@test "the host's drop-in moves the published address" {
  mkdir "$units/ai-semble.pod.d"
  node --import tsx -e 'import("./lib/quadlet-deployment.ts").then((it) =>
    console.log(it.hostDropIn({ ip: "0.0.0.0", hostPort: 9090, containerPort: 8080 }, "abc")))' \
    >"$units/ai-semble.pod.d/50-host.conf"
  generate "$units"
  is 0 "$status"
  is 1 "$(grep -c -- '--publish 0.0.0.0:9090:8080' <<<"$output")"
  is 0 "$(grep -c -- '--publish 127.0.0.1' <<<"$output")"
  is 1 "$(grep -c 'podman pod create .*--label io.ai-semble.config=abc --label io.ai-semble.method=quadlet' <<<"$output")"
}

@test "a host's GPU is handed to the language models, and to nothing else" {
  mkdir "$units/ai-semble-llm.container.d"
  node --import tsx -e 'import("./lib/gpu-drop-in.ts").then((it) => console.log(it.gpuDropIn("nvidia.com/gpu=all")))' \
    >"$units/ai-semble-llm.container.d/50-gpu.conf"
  generate "$units"
  is 0 "$status"
  is 1 "$(grep -c -- 'podman run .*--device nvidia.com/gpu=all' <<<"$output")"
  is 1 "$(grep -c -- 'podman run .*--device nvidia.com/gpu=all.* --env LLM_GPU=required\|podman run .*--env LLM_GPU=required.*--device nvidia.com/gpu=all' <<<"$output")"
}
