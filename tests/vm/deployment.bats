#!/usr/bin/env bats
# `make up` as an ordinary user types it, and what stands there afterwards.

load machine

setup_file() {
  export DEPLOYED=$BATS_FILE_TMPDIR/make-up
  deploy
}

@test "the machine enforces SELinux, and runs a systemd for the user" {
  is Enforcing "$(as_root getenforce)"
  # podman runs a first health probe before a service can have started: it fails, as a unit of its own.
  is '' "$(machine systemctl --user --failed --no-legend | grep -v 'podman healthcheck run' || true)"
}

@test "make up took the images as they are, and chose Quadlets" {
  is 5 "$(grep -c 'localhost/ai-semble/.*:latest .*up to date$' "$DEPLOYED")"
  is 1 "$(grep -c 'started (podman 5\.[0-9.]* and a user systemd)$' "$DEPLOYED")"
  is 1 "$(grep -c 'services .* 5 ready$' "$DEPLOYED")"
}

@test "the units are installed, those of the repository and this host's drop-in" {
  expected=$(cd "$BATS_TEST_DIRNAME/../../quadlets" && { ls; echo ai-semble.pod.d; } | LC_ALL=C sort)
  is "$expected" "$(machine 'LC_ALL=C ls .config/containers/systemd')"
  is active "$(machine systemctl --user is-active ai-semble.pod)"
  for service in $SERVICES; do
    is active "$(machine systemctl --user is-active ai-semble-$service.service)"
  done
}

@test "the gateway answers on 8080, and a model behind it" {
  is 200 "$(machine "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/readyz")"
  answer=$(machine 'cd ai-semble && curl -s http://127.0.0.1:8080/v1/chat/completions \
    -H "Authorization: Bearer $(make -s key)" -H "content-type: application/json" \
    -d "{\"model\":\"starter\",\"messages\":[{\"role\":\"user\",\"content\":\"what is ai-semble?\"}]}"')
  is "$SENTENCE" "$(node -p 'JSON.parse(process.argv[1]).choices[0].message.content' "$answer")"
}

@test "a container's output arrives, at once and in the journal" {
  is arrived "$(machine podman run --rm --network none localhost/ai-semble/base:latest echo arrived)"
  for service in orchestrator llm vision nlp data-processor; do
    machine journalctl --user -u ai-semble-$service.service --output cat | grep -q "^{.*\"service\":\"$service\""
  done
}

@test "memory limits hold: the kernel has them" {
  group=$(machine "cat /proc/$(machine "podman inspect --format '{{.State.Pid}}' ai-semble-orchestrator")/cgroup" | cut -d: -f3)
  is $((512 * 1024 * 1024)) "$(machine "cat /sys/fs/cgroup$group/memory.max")"
}
