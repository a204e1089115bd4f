#!/usr/bin/env bats
# New images under the names of the old: one that works replaces them, one that never gets ready is taken back.

load machine

GATEWAY_IMAGE=localhost/ai-semble/orchestrator:latest

setup_file() {
  needs 1500
  deployed
}

# build_gateway LINE: an image on top of the gateway's, under its name; its id in $built.
build_gateway() {
  machine "printf 'FROM $GATEWAY_IMAGE\n%s\n' '$1' | podman build --quiet --pull=never --tag $GATEWAY_IMAGE -"
  built=$(machine podman image inspect --format '{{.Id}}' "$GATEWAY_IMAGE")
}

running_image() { machine podman inspect --format '{{.Image}}' ai-semble-orchestrator; }

@test "make deploy takes a new image" {
  before=$(running_image)
  build_gateway 'LABEL upgrade=good'
  LIMIT=1200 machine 'cd ai-semble && WAIT=900 make deploy'
  [ "$before" != "$built" ]
  is "$built" "$(running_image)"
  all_ready
}

@test "an image that never gets ready is taken back, and what ran before answers again" {
  before=$(running_image)
  build_gateway 'CMD ["sleep", "infinity"]'
  [ "$before" != "$built" ]
  LIMIT=2000 run machine 'cd ai-semble && WAIT=60 make deploy'
  is 2 "$status"
  [[ $output == *'what ran before runs again'* ]]
  is "$before" "$(running_image)"
  is "$before" "$(machine podman image inspect --format '{{.Id}}' "$GATEWAY_IMAGE")"
  all_ready
}
