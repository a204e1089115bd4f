# Runs in a twin, handed to `perl -` by verify. "forks LIMIT": makes idle processes until no more can be made, prints
# how many it came to or "unbounded" beyond LIMIT, and ends them. "memory MEBIBYTES": takes that much and says so,
# unless it is killed before; it offers itself to be killed first.
use strict; use warnings; use POSIX ();
my ($what, $limit) = @ARGV;
if ($what eq 'forks') {
  my @children;
  while (@children <= $limit) {
    my $child = fork();
    last unless defined $child;
    if ($child == 0) { sleep 600; POSIX::_exit(0) }
    push @children, $child;
  }
  print @children > $limit ? "unbounded\n" : scalar(@children) . "\n";
  kill 'KILL', @children; waitpid $_, 0 for @children;
} else {
  open my $score, '>', '/proc/self/oom_score_adj' or die "oom_score_adj: $!\n";
  print $score 1000; close $score;
  my @taken; $| = 1;
  # Each another text: equal ones would share their memory.
  push @taken, chr(97 + $_ % 26) x (16 << 20) for 1 .. $limit / 16;
  print "took $limit MiB\n";
}
