#!/usr/bin/env bats
# The services' own seccomp profiles, on the services themselves.

load system

# errno_of NUMBER [ARGUMENT…]: a perl program that makes a system call and prints its errno, 0 where it succeeds.
errno_of() {
  echo "print syscall($(IFS=,; echo "$*")) < 0 ? \$! + 0 : 0"
}

unshare=272 clone3=435 socket=41 ioctl=16 no_anode=55 no_such_call=38

@test "what a profile does not list fails with its own errno, in every service" {
  enforced
  for service in $SERVICES; do
    is $no_anode "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $unshare 0)")"
    is $no_such_call "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $clone3 0 0)")"
  done
  # Without a filter the kernel itself answers: the first does nothing and succeeds, the second has no arguments.
  local free=(podman run --rm -i --network none --security-opt seccomp=unconfined localhost/ai-semble/base perl -)
  is 0 "$("${free[@]}" <<<"$(errno_of $unshare 0)")"
  is 22 "$("${free[@]}" <<<"$(errno_of $clone3 0 0)")"
}

@test "sockets of other families and typing into a terminal are denied, ordinary ones are not" {
  enforced
  for service in $SERVICES; do
    is $no_anode "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $socket 40 1 0)")"
    is $no_anode "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $socket 2 1 132)")"
    is 0 "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $socket 2 1 6)")"
    is $no_anode "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $ioctl 0 0x5412 0)")"
    is $no_anode "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $ioctl 0 0x100005412 0)")"
    # stdin is no terminal: that the kernel says so shows that it was asked.
    is 25 "$(podman exec -i "$POD-$service" perl - <<<"$(errno_of $ioctl 0 0x5401 0)")"
  done
}

@test "shell, node and perl work in every service, with a terminal and without" {
  for service in $SERVICES; do
    run podman exec -i "$POD-$service" /bin/bash -i <<<'ls / >/dev/null && cat /proc/self/status >/dev/null && id && env >/dev/null &&
      { ! type ps >/dev/null 2>&1 || ps >/dev/null; } && sleep 0.1 & wait %1 && echo all of it >/tmp/written && cat /tmp/written && rm /tmp/written'
    [[ $output == *uid=* && $output == *'all of it'* && $output != *anode* ]]
    run podman exec -t "$POD-$service" bash -ic 'ls --color=auto -l / | head -n 1; stty size >/dev/null && echo done'
    [[ $output == *done* && $output != *anode* ]]
    run podman exec -i "$POD-$service" node - <<<'const { Worker } = require("worker_threads"), { execFileSync } = require("child_process");
      require("os").networkInterfaces();
      new Worker("process.exit(0)", { eval: true }).on("exit", () => console.log(String(execFileSync("perl", ["-e", "print qx(id -u)"])).trim(), "ran"))'
    [[ $output == *' ran' && $output != *anode* ]]
  done
}
