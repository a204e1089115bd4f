#!/usr/bin/env bats
# The README's commands, typed as they stand, against the test pod.

load system

# snippet FILE NAME: the shell block after `<!-- test: NAME -->`, aimed at the test pod.
snippet() {
  awk -v mark="<!-- test: $2 -->" '$0 == mark { found = 1 } found && /^```$/ { exit } found && shell { print } found && /^```sh$/ { shell = 1 }' \
    "$BATS_TEST_DIRNAME/../../$1" | sed "s#http://127.0.0.1:8080#$GATEWAY#; s#make -s key#echo $API_KEY#"
}

@test "the README's first question gets its answer" {
  run bash -c "$(snippet README.md curl)"
  is "$SENTENCE" "$(field 'it.choices[0].message.content')"
}

@test "the README's translation is the starter's, and so is the tasks' first example" {
  run bash -c "$(snippet README.md task)"
  is 'Die Katze trinkt die Milch.' "$(field 'it[0].translation_text')"
  run bash -c "$(snippet docs/tasks.md tasks)"
  is POSITIVE "$(field 'it[0][0].label')"
}

@test "the README's workflow runs" {
  cd "$BATS_TEST_TMPDIR"
  run bash -c "$(snippet README.md workflow)"
  run_id=$(field it.id)
  done_yet() { ask "/v1/runs/$run_id" && [ "$(field it.status)" = succeeded ]; }
  eventually 60 done_yet
}
