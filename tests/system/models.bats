#!/usr/bin/env bats
# `make models` on the real pod, with a hub of our own on a network of its own.

load system

bats_require_minimum_version 1.5.0

HUB_NETWORK=$POD-hub
TINY=tiny-Q4_K_M

setup_file() {
  podman network create "$POD-hub" >/dev/null
  image=$(podman container inspect --format '{{.ImageName}}' "$POD-llm")
  podman run --detach --name "$POD-hub" --network "$POD-hub" --read-only --cap-drop all \
    --security-opt label=level:s0:c88,c808 --volume "$POD-models:/models:ro" "$image" \
    node /app/ai-services/src/models/hub-under-test.ts 7000 /models/gguf/starter.gguf >/dev/null
}

teardown_file() {
  podman rm --force --ignore --time 2 "$POD-hub" "$POD-proxy" >/dev/null
  podman network rm --force "$POD-hub" >/dev/null
}

pull() { HF_ENDPOINT=http://$POD-hub:7000 models pull --network "$HUB_NETWORK" "$@"; }

state_of() {
  output=$(models list --json)
  field "(it.find((m) => m.name === '$1') ?? {}).state"
}

hub_answers() { podman logs "$POD-hub" 2>&1 | grep -q listening; }

@test "a model is pulled through a network that is named, recorded, and served" {
  eventually 20 hub_answers
  run --separate-stderr pull hf://test/tiny-GGUF
  is 0 "$status"
  is '' "$output"
  [[ $stderr == *"$TINY: pulled"*'licence apache-2.0'* ]]
  is managed "$(state_of "$TINY")"
  ask --json "{\"model\":\"$TINY\",\"prompt\":\"anything\"}" /v1/completions
  is "$SENTENCE" "$(field 'it.choices[0].text')"
}

@test "the second pull downloads nothing" {
  run pull hf://test/tiny-GGUF
  is 0 "$status"
  [[ $output == *"$TINY: up to date"* ]]
}

@test "only pull has a network" {
  run models pull --network none hf://test/tiny-GGUF
  [ "$status" -eq 1 ]
  run models verify --network host
  is 2 "$status"
  [[ $output == *'--network means nothing to verify'* ]]
}

@test "verify finds a changed byte, and a pull mends it" {
  run models verify "$TINY"
  is 0 "$status"
  in_models "printf X | dd of=/models/gguf/$TINY.gguf bs=1 seek=1000 conv=notrunc status=none"
  run --separate-stderr models verify
  is 1 "$status"
  [[ $output == *"changed    $TINY  gguf/$TINY.gguf  expected sha256 "* ]]
  [[ $output == *'starter    starter'* ]]
  pull hf://test/tiny-GGUF
  models verify "$TINY"
}

@test "export and import bring a model to another volume's place, byte for byte" {
  tar=$BATS_TEST_TMPDIR/models.tar
  models export "$tar" "$TINY"
  is "models.lock.json gguf/$TINY.gguf" "$(tar -tf "$tar" | xargs)"
  before=$(in_models "sha256sum /models/gguf/$TINY.gguf")
  models remove "$TINY"
  is undefined "$(state_of "$TINY")"
  models import "$tar"
  is "$before" "$(in_models "sha256sum /models/gguf/$TINY.gguf")"
  is managed "$(state_of "$TINY")"
  run models export "$tar"
  is 2 "$status"
}

@test "a tar that was tampered with brings nothing" {
  tar=$BATS_TEST_TMPDIR/models.tar
  models export - "$TINY" >"$tar"
  models remove "$TINY"
  printf X | dd of="$tar" bs=1 seek=$(($(stat -c %s "$tar") / 2)) conv=notrunc status=none
  run models import "$tar"
  is 1 "$status"
  [[ $output == *'is not what its lock says'*'nothing was imported'* ]]
  is undefined "$(state_of "$TINY")"
}

@test "a file that only the caller can read is imported; removing an unknown name names the nearest" {
  mkdir -m 700 "$BATS_TEST_TMPDIR/mine"
  in_models 'cat /models/gguf/starter.gguf' >"$BATS_TEST_TMPDIR/mine/own.gguf"
  chmod 600 "$BATS_TEST_TMPDIR/mine/own.gguf"
  models import "$BATS_TEST_TMPDIR/mine/own.gguf"
  is managed "$(state_of own)"
  run models remove onw
  is 1 "$status"
  [[ $output == *"there is no model 'onw'"* ]]
  models remove own
  mkdir "$BATS_TEST_TMPDIR/folder"
  mv "$BATS_TEST_TMPDIR/mine/own.gguf" "$BATS_TEST_TMPDIR/folder/by-folder.gguf"
  models import "$BATS_TEST_TMPDIR/folder"
  is managed "$(state_of by-folder)"
  models remove by-folder
}

# interrupted_pull script|everybody BYTES: pulls what does not end until there are so many bytes, and interrupts.
interrupted_pull() {
  local log=$BATS_TEST_TMPDIR/pull.log bytes=$2 code=0
  # In a session of its own, as in a terminal: the signal can go to the script alone or to all that it started.
  setsid bash -c 'trap - INT; exec "$@"' bash env HF_ENDPOINT="http://$POD-hub:7000" CI=1 \
    "$BATS_TEST_DIRNAME/../../node_modules/.bin/tsx" "$BATS_TEST_DIRNAME/../../scripts/models.ts" \
    --pod "$POD" pull --network "$HUB_NETWORK" --name slow hf://test/slow-GGUF >"$log" 2>&1 3>&- &
  local script=$!
  partial() { [ "$(in_models 'stat -c %s /models/.partial/slow/gguf/slow.gguf')" -ge "$bytes" ]; }
  eventually 60 partial
  run models pull --network "$HUB_NETWORK" hf://test/tiny-GGUF
  is 1 "$status"
  [[ $output == *'another models command is running'* ]]
  [ "$1" = script ] && kill -INT "$script" || kill -INT -- "-$script"
  wait "$script" || code=$?
  cat "$log"
  is 130 "$code"
  [[ $(<"$log") == *'interrupted; what has arrived is kept'* ]]
  ! podman container exists "$POD-models-job" || return 1
  is partial "$(state_of slow)"
}

@test "an interrupted pull leaves no container, keeps what came, and the next one goes on" {
  interrupted_pull script 20000000
  interrupted_pull everybody 40000000
  run pull --name slow hf://test/slow-GGUF
  is 0 "$status"
  [[ $output == *'going on with gguf/slow.gguf'*'slow: pulled'* ]]
  ranges=$(podman logs "$POD-hub" | grep -o '/blob/.* bytes=.*' | grep -o 'bytes=.*' | xargs)
  is 'bytes=20000000- bytes=40000000-' "$ranges"
  models verify slow
  models remove slow
}

@test "a proxy that the environment names is gone through" {
  # It asks the hub whatever host is wanted, so the host can be one that only a proxy knows.
  podman run --detach --name "$POD-proxy" --network "$HUB_NETWORK" --read-only --cap-drop all \
    "$(podman container inspect --format '{{.ImageName}}' "$POD-llm")" node -e "
      const http = require('node:http');
      http.createServer((request, response) => {
        console.log(request.method + ' ' + request.url);
        const { port, pathname, search } = new URL(request.url);
        const { method, headers } = request;
        http.request({ host: '$POD-hub', port, path: pathname + search, method, headers }, (answer) => {
          answer.pipe(response.writeHead(answer.statusCode, answer.headers));
        }).end();
      }).listen(3128, () => console.log('listening'));" >/dev/null 3>&-
  proxy_answers() { podman logs "$POD-proxy" | grep -q listening; }
  eventually 20 proxy_answers
  run timeout 60 env HTTP_PROXY="http://$POD-proxy:3128" HF_ENDPOINT=http://beyond.invalid:7000 CI=1 \
    "$BATS_TEST_DIRNAME/../../node_modules/.bin/tsx" "$BATS_TEST_DIRNAME/../../scripts/models.ts" \
    --pod "$POD" pull --network "$HUB_NETWORK" --name tunnelled hf://test/tiny-GGUF
  is 0 "$status"
  podman logs "$POD-proxy" | grep -q 'GET http://beyond.invalid:7000/api/models/test/tiny-GGUF'
  models remove tunnelled
}

@test "a lock file given on standard input fetches the same again" {
  pull hf://test/tiny-GGUF
  in_models 'cat /models/models.lock.json' >"$BATS_TEST_TMPDIR/lock"
  models remove "$TINY"
  pull --locked <"$BATS_TEST_TMPDIR/lock"
  in_models 'cat /models/models.lock.json' | grep -v '"pulled"\|"checked"' |
    diff - <(grep -v '"pulled"\|"checked"' "$BATS_TEST_TMPDIR/lock")
  models remove "$TINY"
}

@test "the token reaches the hub and stands in no command line" {
  HF_TOKEN=hf_secret_of_mine pull hf://test/slow-GGUF --name slow >/dev/null 2>&1 3>&- &
  running() { podman container exists "$POD-models-job"; }
  eventually 20 running
  run bash -c 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n" | grep -c hf_secret_of_mine$'
  wait "$!"
  is 0 "${lines[0]}"
  podman logs "$POD-hub" | grep -q 'GET /api/models/test/slow-GGUF/.* with a token'
  ! podman logs "$POD-hub" | grep '/blob/.* with a token' || return 1
  models remove slow
}
