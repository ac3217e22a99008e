# The manifest lists what this program put on a host, so that it is known as ours also when a script
# is cut or the power goes. A line each: "DIGEST MODE OWNER STAT VERSION PATH", with dashes for what a
# folder or a user (as user:NAME) has not. Needs $manifest and $ours, its folder.
listed() { # MODE OWNER NAME, before it is made
	awk -v p="$3" '$NF == p { f = 1 } END { exit !f }' "$manifest" 2>/dev/null && return
	[ -z "$(tail -c 1 "$manifest" 2>/dev/null)" ] || echo >>"$manifest"
	(umask 077; echo "- $1 $2 - - $3" >>"$manifest") && sync "$manifest"
}
forget() { # NAME, after it is removed or before it is replaced; and what a full disk left of a line
	awk -v p="$1" '$NF == p { f = 1 } END { exit !f }' "$manifest" 2>/dev/null || return 0
	awk -v p="$1" 'NF == 6 && $NF != p' "$manifest" >"$manifest.new" && sync "$manifest.new" &&
		mv -fT "$manifest.new" "$manifest" && sync "$ours"
}
unlisted=
folder() { # PATH, made with 0755, as the files in it decide who reads what
	[ -d "$1" ] && return
	[ -z "${1%/*}" ] || folder "${1%/*}" || return 1
	# The manifest's own folder is there before the manifest.
	if [ -d "$ours" ]; then listed 0755 root:root "$1" || return 1; else unlisted="$unlisted $1"; fi
	(umask 022; mkdir "$1") || [ -d "$1" ]
}
own_folder() { # of the manifest
	folder "$ours" || return 1
	for made in $unlisted; do listed 0755 root:root "$made" || return 1; done
}
