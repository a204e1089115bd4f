#!/usr/bin/env bats
# The dev pod by the words that people know, where podman is new and SELinux enforces.

load machine

setup_file() {
  needs 750
  deployed
}

teardown() {
  [ -n "${played:-}" ] || return 0
  machine 'cd ai-semble && podman play kube --down pods/ai-semble-dev.yaml >/dev/null
    podman volume ls --quiet | grep ^ai-semble-dev- | xargs --no-run-if-empty podman volume rm --force
    podman network rm podman-default-kube-network'
}

dev_ready() { machine 'curl -sf -o /dev/null --max-time 60 http://127.0.0.1:8090/readyz'; }

@test "podman play kube pods/ai-semble-dev.yaml, as typed, gets ready beside the live pod, which --down leaves alone" {
  played=1
  LIMIT=600 machine 'cd ai-semble && podman play kube pods/ai-semble-dev.yaml'
  eventually 600 dev_ready
  is 7 "$(machine 'podman ps --quiet --filter pod=ai-semble-dev | wc -l')"
  machine 'cd ai-semble && podman play kube --down pods/ai-semble-dev.yaml'
  run machine podman pod exists ai-semble-dev
  is 1 "$status"
  all_ready
}
