# Whether an audit log is being written. Arguments: LOG, a text that its end must have ('' for any).
# Prints mode, owner and size of the log; status 1 where it is not there, 2 without that text.
export LC_ALL=C
stat -c '%a %U:%G %s' -- "$1" || exit 1
[ -z "$2" ] || tail -c 1048576 -- "$1" | grep -qF -- "$2" || exit 2
