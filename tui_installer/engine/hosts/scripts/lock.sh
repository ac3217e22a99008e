# Locks this host for one run as long as the caller writes heartbeat lines.
# Arguments: FILE, OWNER (one word), HOLDER (a description, one line), keep or break, SECONDS without
# a heartbeat that end the lock. Prints on stderr: "held", "taken HOLDER" (from a holder that died or
# was killed), or "busy HOLDER". The lock is the kernel's: it ends with this process.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
file=$1 owner=$2 holder=$3 how=$4 silence=$5
command -v flock >/dev/null || { echo "held" >&2; cat >/dev/null; exit; }
exec 9>>"$file" || exit 1
IFS=' ' read -r old pid who <"$file"
taken=
if ! flock -n 9; then
	if [ "$how" != break ] && [ "$old" != "$owner" ]; then
		printf 'busy %s\n' "${who:-an unknown process}" >&2
		exit 0
	fi
	# Only a process that has this file open is one of ours.
	readlink "/proc/${pid:-none}"/fd/* | grep -qxF "$file" && kill "$pid"
	flock -w 10 9 || { printf 'busy %s\n' "$who" >&2; exit 0; }
	taken=$who
elif [ -n "$who" ]; then
	taken=$who
fi
printf '%s %s %s\n' "$owner" "$$" "$holder" >"$file"
if [ -n "$taken" ]; then printf 'taken %s\n' "$taken" >&2; else echo held >&2; fi
while timeout "$silence" sh -c 'IFS= read -r _' 9>&-; do :; done
: >"$file"
