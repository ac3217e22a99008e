# Receives files on stdin and replaces each atomically; removes others.
# Arguments: MANIFEST. Input: per file a line "WIRE-LENGTH SHA256 SIZE MODE OWNER DECODER PROBE PATH",
# then WIRE-LENGTH bytes. DECODER: cat, zstd, or fetch: the bytes are then a URL, which curl or wget
# fetches, and a line with the value of its Authorization or nothing; SIZE may be 0, unknown.
# PROBE: "-", or "ARGUMENTS=VERSION", the arguments (joined by commas) that make the
# program print its version, which must match. With DECODER remove nothing follows: the file,
# which must have that SHA256, is removed, or only its line in the manifest if the file is gone. Output: per file "ok PATH VERSION" or "bad PATH WHY".
. ./foreign.sh
. ./manifest.sh
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
umask 077
manifest=$1 tmp= safe=
ours=${manifest%/*}
trap 'rm -f ${tmp:+"$tmp" "$tmp.wgetrc"} "$manifest.new"; label' EXIT
trap 'exit 143' HUP INT TERM PIPE
bad() { printf 'bad %s %s\n' "$path" "$*"; exit 1; }
receive() {
	case $decoder in
	cat) take of="$tmp" ;;
	zstd) take | zstd -dcq >"$tmp" ;;
	fetch) fetch ;;
	esac
}
nl='
'
fetch() { # The login is in no argument and no variable of a process; printf is the shell's own.
	unset asked login # or an exported one of that name would hold it
	asked=$(take) url=${asked%%"$nl"*}
	login=${asked#"$url"} login=${login#"$nl"}
	environment
	if command -v curl >/dev/null; then by_curl
	elif command -v wget >/dev/null; then by_wget
	else echo "the host has neither curl nor wget"; return 1; fi && return
	printf ' (from %s)' "$url"
	return 1
}
by_curl() {
	hops=10
	case $(curl --version) in # before 7.58, curl sent a header of ours to other sites too
	"curl "[1-6].* | "curl 7."[0-9].* | "curl 7."[1-4][0-9].* | "curl 7.5"[0-7].*) [ -z "$login" ] || hops=0 ;;
	esac
	{
		printf 'url = "%s"\n' "$url"
		[ -z "$login" ] || printf 'header = "Authorization: %s"\n' "$login"
	} | curl -K - -fsSL --netrc-optional --max-redirs $hops --retry 3 \
		--connect-timeout 20 --speed-limit 1024 --speed-time 60 -o "$tmp"
}
by_wget() {
	if ! wget --version 2>/dev/null | grep -q '^GNU'; then
		[ -z "$login" ] || { echo "this wget takes a login in its arguments only: install curl"; return 1; }
		timeout 1200 wget -q -O "$tmp" "$url" # busybox 1.35 crashes with -T
	elif [ -z "$login" ]; then
		wget -nv --timeout=60 --tries=3 --max-redirect=10 -O "$tmp" "$url"
	else # which wget would send to the site of a redirect, too
		printf 'header = Authorization: %s\n' "$login" >"$tmp.wgetrc"
		wget --config="$tmp.wgetrc" -nv --timeout=60 --tries=3 --max-redirect=0 -O "$tmp" "$url"
		set -- $?
		rm -f "$tmp.wgetrc"
		return "$1"
	fi
}
environment() { # sudo resets the environment, and with it the proxy that the host is set up with
	[ -r /etc/environment ] || return 0
	while IFS= read -r line; do
		line=${line#export }
		name=${line%%=*} value=${line#*=}
		case $name in
		http_proxy | https_proxy | all_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | ALL_PROXY | NO_PROXY)
			value=${value#[\"\']} value=${value%[\"\']}
			printenv "$name" >/dev/null || export "$name=$value" ;;
		esac
	done </etc/environment
}
take() { dd bs=256K iflag=fullblock,count_bytes count="$wire" status=none "$@"; }
# openssl uses the processor's own SHA instructions: four times as fast as coreutils.
if command -v openssl >/dev/null; then hash() { openssl dgst -sha256 -r "$1"; }
else hash() { sha256sum "$1"; }; fi
own() { # DIR
	other=$(foreign "$1")
	[ -z "$other" ] || bad "a user other than root can write to $other"
}
remove() {
	if [ -e "$path" ] || [ -L "$path" ]; then
		sum=$(hash "$path"); sum=${sum%% *}
		[ "$sum" = "$sha" ] || bad "was changed after it was checked"
		rm -f "$path" || bad "cannot remove"
		sync "$dir" || bad "cannot sync the folder"
	fi
	forget "$path" || bad "cannot write the manifest"
	printf 'ok %s -\n' "$path"
}
path=$manifest
own "$ours"
folder "$ours" || bad "cannot make the folder $ours"
# Otherwise the list would go into another file, or the script would wait for a fifo's reader forever.
if [ -L "$manifest" ] || [ -e "$manifest" ]; then
	[ -f "$manifest" ] && [ ! -L "$manifest" ] || bad "is not a regular file; remove it"
	[ "$(stat -c %h "$manifest")" = 1 ] || bad "has a second hard link; remove it"
fi

# Kills an older script that still waits for a lost connection: it would remove this one's files.
exec 9<"$ours"
for held in /proc/[0-9]*/fd/9; do
	pid=${held#/proc/} pid=${pid%%/*}
	[ "$pid" != $$ ] && [ "$held" -ef "$ours" ] || continue
	kill -9 "$pid"
	while [ "$held" -ef "$ours" ]; do sleep 0.01; done
done
rm -f "$manifest.new"
[ -z "$(tail -c 1 "$manifest" 2>/dev/null)" ] || echo >>"$manifest"
[ -e "$manifest" ] || made="$made $manifest"
touch "$manifest" && own_folder || bad "cannot write the manifest"

while read -r wire sha size mode owner decoder probe path; do
	dir=${path%/*} base=${path##*/}
	if [ "$dir" != "$safe" ]; then
		own "$dir"
		safe=$dir
	fi
	[ "$decoder" != remove ] || { remove; continue; }
	folder "$dir" || bad "cannot make the folder $dir"
	tmp=$dir/.$base.tui-installer
	rm -f "$tmp"
	why=$(receive 2>&1) || bad "$(printf %s "${why:-cannot write}" | tr '\n' ' ')"
	got=$(stat -c %s "$tmp" 2>/dev/null)
	[ "$got" = "$size" ] || [ "$size$decoder" = 0fetch ] || bad "${why:-} received ${got:-0} of $size bytes"
	sum=$(hash "$tmp"); sum=${sum%% *}
	[ "$sum" = "$sha" ] || bad "sha256 is $sum, not $sha"
	chown "$owner" "$tmp" && chmod "$mode" "$tmp" || bad "cannot set $owner $mode"
	version=-
	if [ "$probe" != - ]; then
		args=$(printf %s "${probe%=*}" | tr , ' ')
		printed=$("$tmp" $args 2>&1 </dev/null) || bad "does not run: $(printf %s "$printed" | head -n 3 | tr '\n' ' ')"
		version=${probe##*=}
		# A whole word: 1.2.3 is not in 1.2.30 or v1.2.3-rc.1, but is in v1.2.3+build.
		case " $(printf %s "$printed" | tr -c '0-9A-Za-z.+-' ' ') " in
		*[\ v]"${version#v}"[\ +]*) ;;
		*) bad "is not $version: $(printf %s "$printed" | head -n 1)" ;;
		esac
	fi
	sync "$tmp" || bad "cannot sync"
	forget "$path" || bad "cannot write the manifest"
	mv -fT "$tmp" "$path" || bad "cannot rename"
	tmp= made="$made $path"
	sync "$dir" || bad "cannot sync the folder"
	line="$sum $mode $owner $(stat -c '%i,%s,%.9Y,%.9Z' "$path") $version $path"
	{ printf '%s\n' "$line" >>"$manifest"; } 2>/dev/null || bad "cannot write the manifest"
	printf 'ok %s %s\n' "$path" "$version"
done

sync "$manifest" "$ours"
