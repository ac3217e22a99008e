# TCP connections for frames on stdin and stdout; see relay.py. Needs perl's core modules only.
use strict;
use Socket qw(getaddrinfo SOCK_STREAM);
use IO::Select;

$SIG{PIPE} = "IGNORE";
binmode STDIN;
binmode STDOUT;
my $all = IO::Select->new(\*STDIN);
my (%sockets, %numbers);
my $received = "";

sub put {
    my ($to, $data) = @_;
    for (my $at = 0; $at < length $data;) {
        my $sent = syswrite($to, $data, length($data) - $at, $at);
        return 0 unless defined $sent;
        $at += $sent;
    }
    return 1;
}

sub report {
    my ($number, $kind, $content) = @_;
    put(\*STDOUT, pack("NN", $number, length $content) . $kind . $content) or exit 1;
}

sub end {
    my ($number) = @_;
    my $socket = delete $sockets{$number} or return;
    delete $numbers{fileno $socket};
    $all->remove($socket);
    close $socket;
    report($number, "c", "");
}

sub begin {
    my ($number, $place) = @_;
    my ($address, $port) = split / /, $place;
    my ($error, @found) = getaddrinfo($address, $port, {socktype => SOCK_STREAM});
    for my $one (@found) {
        socket(my $socket, $one->{family}, $one->{socktype}, $one->{protocol}) or next;
        connect($socket, $one->{addr}) or next;
        $sockets{$number} = $socket;
        $numbers{fileno $socket} = $number;
        $all->add($socket);
        return;
    }
    report($number, "c", "");
}

sub obey {
    my ($number, $kind, $content) = @_;
    return begin($number, $content) if $kind eq "o";
    my $socket = $sockets{$number} or return;
    if    ($kind eq "d") { put($socket, $content) or end($number) }
    elsif ($kind eq "e") { shutdown($socket, 1) }
    else                 { end($number) }
}

while (1) {
    for my $from ($all->can_read) {
        next unless defined fileno $from;
        my $size = sysread($from, my $data, 65536);
        if (fileno $from) {
            my $number = $numbers{fileno $from};
            if ($size) { report($number, "d", $data) }
            else       { end($number) }
            next;
        }
        exit 0 unless $size;
        $received .= $data;
        while (length $received >= 9) {
            my ($number, $length, $kind) = unpack("NNa1", $received);
            last if length $received < 9 + $length;
            my $content = substr($received, 9, $length);
            substr($received, 0, 9 + $length) = "";
            obey($number, $kind, $content);
        }
    }
}
