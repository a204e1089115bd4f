# Runs in a container, handed to `perl -` by verify: makes every system call by number, each in a process of its own,
# with arguments that none can use, and prints what it answered: "NUMBER OUTCOME". OUTCOME is an errno (0: it
# succeeded) or "signal N"; "blocked" means that it was let in and waits.
use strict; use warnings; use POSIX ();
my ($last) = @ARGV;
$| = 1;
for my $number (0 .. $last, 0x40000000 | 39) {
  my $child = fork();
  defined $child or die "cannot fork: $!\n";
  if ($child == 0) {
    open STDIN, '<', '/dev/null'; open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null';
    my $result = syscall($number, -1, -1, -1, -1, -1, -1);
    POSIX::_exit($result == -1 ? $! + 0 : 0);
  }
  my ($waited, $outcome) = (0, undef);
  until (waitpid($child, POSIX::WNOHANG()) != 0) {
    if ($waited++ > 2000) { kill 'KILL', $child; waitpid $child, 0; $outcome = 'blocked'; last }
    select undef, undef, undef, 0.0005;
  }
  $outcome //= $? & 127 ? 'signal ' . ($? & 127) : $? >> 8;
  print "$number $outcome\n";
}
