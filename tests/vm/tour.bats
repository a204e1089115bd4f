#!/usr/bin/env bats
# Everything that Ai-semble can do, done once; denials.bats reads what SELinux said to it.

load machine

setup_file() {
  needs 500
  deployed
}

@test "every route that the documents name answers, and every task" {
  # In the table of docs/api.md: `GET /x`, `POST /y`, and `/z` after it with the method of before.
  documented=$(sed -n '/^| path/,/^$/p' "$BATS_TEST_DIRNAME/../../docs/api.md" | cut -d '|' -f 2 | grep -o '`[^`]*`' |
    tr -d '`' | awk 'NF == 2 { method = $1; path = $2 } NF == 1 { path = $1 } { print method, path }' | LC_ALL=C sort -u)
  LIMIT=900 machine 'cd ai-semble && node tests/vm/tour.mjs http://127.0.0.1:8080 "$(make -s key)"' >"$BATS_TEST_TMPDIR/tour"
  is 'the run succeeded' "$(grep '^the run' "$BATS_TEST_TMPDIR/tour")"
  is '' "$(grep -v '^the run' "$BATS_TEST_TMPDIR/tour" | grep -vE ' 20[0-9]$')"
  is 17 "$(grep -c '/v1/tasks/TASK' "$BATS_TEST_TMPDIR/tour")"
  is "$documented" "$(grep -v '^the run' "$BATS_TEST_TMPDIR/tour" | cut -d ' ' -f 1,2 | LC_ALL=C sort -u)"
}

@test "models are listed, verified, exported and imported again" {
  machine 'cd ai-semble && make -s models' | grep -q '^starter '
  machine 'podman cp ai-semble-llm:/models/gguf/starter.gguf toured.gguf && cd ai-semble && make -s models ARGS="import ../toured.gguf"'
  machine 'cd ai-semble && make -s models ARGS="export models.tar toured" && tar -tf models.tar' | grep -q 'toured.gguf$'
  machine 'cd ai-semble && make -s models ARGS="remove toured" && make -s models ARGS="import models.tar"'
  machine 'cd ai-semble && make -s models ARGS=verify' | grep -q toured
  machine 'rm toured.gguf ai-semble/models.tar'
}

@test "a shell in a container, as typed" {
  # The terminal may show the end of its input (^@) before what is printed.
  said=$(machine 'script --quiet --command "podman exec -it ai-semble-orchestrator /bin/bash -c id" /dev/null')
  [[ $said == *'uid=10001(app) gid=10001(app)'* ]] || { echo "$said"; return 1; }
}

@test "status and logs" {
  is 6 "$(machine 'cd ai-semble && make -s status' | grep -c ' ready')"
  machine 'cd ai-semble && make -s logs' | grep -q orchestrator
}

@test "where SELinux lets Node compile nothing, make says what to do before anything of Node's runs" {
  as_root setsebool allow_execmem 0
  run machine 'cd ai-semble && make doctor'
  as_root setsebool allow_execmem 1
  is 2 "$status"
  [[ $output == *'fix: sudo setsebool -P allow_execmem 1'* ]]
  [[ $output != *'core dumped'* ]]
}
