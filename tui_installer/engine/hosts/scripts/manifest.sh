# The manifest lists what this program put on a host, so that it is known as ours even after a killed
# script or a power failure. Each line: "DIGEST MODE OWNER STAT VERSION PATH", with dashes for fields
# that a folder or a user (as user:NAME) does not have. Needs $manifest and $ours, its folder.
listed() { # MODE OWNER NAME: adds a line, before the thing is created
	awk -v p="$3" '$NF == p { f = 1 } END { exit !f }' "$manifest" 2>/dev/null && return
	[ -z "$(tail -c 1 "$manifest" 2>/dev/null)" ] || echo >>"$manifest"
	[ -e "$manifest" ] || made="$made $manifest"
	(umask 077; echo "- $1 $2 - - $3" >>"$manifest") && sync "$manifest"
}
forget() { # NAME: drops its line, after removal or before replacement; drops truncated lines too
	awk -v p="$1" '$NF == p { f = 1 } END { exit !f }' "$manifest" 2>/dev/null || return 0
	awk -v p="$1" 'NF == 6 && $NF != p' "$manifest" >"$manifest.new" && sync "$manifest.new" &&
		mv -fT "$manifest.new" "$manifest" && sync "$ours"
}
made=
label() { # gives what was made the SELinux label that the host's policy has for its path
	[ -z "$made" ] || ! command -v restorecon >/dev/null || restorecon $made >&2
}
unlisted=
folder() { # PATH: creates it with 0755, as the modes of its files decide who may read them
	[ -d "$1" ] && return
	[ -z "${1%/*}" ] || folder "${1%/*}" || return 1
	# The manifest's own folder exists before the manifest.
	if [ -d "$ours" ]; then listed 0755 root:root "$1" || return 1; else unlisted="$unlisted $1"; fi
	if (umask 022; mkdir "$1"); then made="$made $1"; else [ -d "$1" ]; fi
}
own_folder() { # creates the manifest's folder and lists it
	folder "$ours" || return 1
	for known in $unlisted; do listed 0755 root:root "$known" || return 1; done
}
