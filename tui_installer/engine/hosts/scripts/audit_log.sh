# Checks that an audit log is written. Arguments: LOG, a text that its end must have ('' for any).
# Prints mode, owner and size of the log; exit status 1 if it is missing, 2 without that text.
export LC_ALL=C
stat -c '%a %U:%G %s' -- "$1" || exit 1
[ -z "$2" ] || tail -c 1048576 -- "$1" | grep -qF -- "$2" || exit 2
