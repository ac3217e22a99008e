# Prints the facts of one host as lines of TAB-separated fields.
# Arguments: MANIFEST, then words with a prefix: t:PATH public text file, s:PATH secret file,
# x:PATH program, u:UNIT, p:PORT, d:FOLDER, n:USER, o:USER:GROUP:FOLDER who should own everything
# in it, c:PATH that every user must reach, m:PATH or m:user:NAME that the manifest may list,
# f:FOLDER whose entries are listed, e:FOLDER etcd's data folder.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
out() { IFS='	'; printf '%s\n' "$*"; unset IFS; }
has() { command -v "$1" >/dev/null 2>&1; }
existing() { e=$1; while [ ! -e "$e" ]; do e=${e%/*}; [ -n "$e" ] || e=/; done; printf %s "$e"; }
manifest=$1; shift

# busybox and old versions lack options that these scripts use.
unfit= now=$(date +%s.%N)
case $now in *[!0-9.]* | '') unfit=" date" ;; esac
case $(stat -Lc %.9Y / 2>/dev/null) in *.?????????) ;; *) unfit="$unfit stat" ;; esac
dd if=/dev/null iflag=fullblock,count_bytes count=1 status=none 2>/dev/null || unfit="$unfit dd"
! has find || [ -n "$(find / -maxdepth 0 -printf . -quit 2>/dev/null)" ] || unfit="$unfit find"
if [ -n "$unfit" ]; then out unfit $unfit; out end; exit; fi

out time "$now"
out uname "$(uname -n)" "$(uname -s)" "$(uname -r)" "$(uname -m)"
out system "$(. /etc/os-release 2>/dev/null && printf %s "${PRETTY_NAME-}")"
if [ -d /run/systemd/system ] && has systemctl; then
	v=$(systemctl --version); v=${v#systemd }; out systemd "${v%%[!0-9]*}"
else out systemd 0; fi
while read -r key kb _; do
	case $key in MemTotal:) out memtotal "$kb" ;; MemAvailable:) out memavailable "$kb" ;; esac
done </proc/meminfo
[ "$(wc -l </proc/swaps)" -gt 1 ] && out swap yes
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then out cgroup v2; else out cgroup v1; fi
has getenforce && out selinux "$(getenforce)"
[ -r /etc/machine-id ] && read -r id </etc/machine-id && out machineid "$id"
for tool in zstd ss journalctl sha256sum find systemd-sysusers curl wget; do has "$tool" && out tool "$tool"; done
has ip && ip -o addr show 2>/dev/null | while read -r _ _ family address _; do
	case $family in inet*) out address "${address%%/*}" ;; esac
done

# The digest in the manifest is valid while inode, size and times are those recorded with it.
known() {
	[ -f "$manifest" ] && awk -v p="$1" -v s="$2" '$NF == p && $4 == s { print $1; exit }' "$manifest"
}
listed() { [ -f "$manifest" ] && awk -v p="$1" -v d="$2" '$NF == p && $1 == d { f = 1 } END { exit !f }' "$manifest"; }
# openssl uses the processor's own SHA instructions: four times as fast as coreutils.
if has openssl; then digest() { d=$(openssl dgst -sha256 -r "$1") && printf %s "${d%% *}"; }
else digest() { d=$(sha256sum <"$1") && printf %s "${d%% *}"; }; fi

inside() { # FOLDER: its first 100 entries; control characters in names are replaced
	[ -d "$1" ] && [ ! -L "$1" ] || return 0
	out inside "$1"
	find "$1" -mindepth 1 -maxdepth 1 -printf '%f\0' 2>/dev/null | tr '\n\t\0' '??\n' | head -n 100 |
		while IFS= read -r entry; do out entry "$1" "$entry"; done
}
account() {
	who=$(getent passwd "$1"); same=$(getent group "$1")
	[ -n "$who$same" ] || return 0
	IFS=: read -r _ _ uid _ _ _ shell <<-END
		$who
	END
	IFS=: read -r _ _ gid members <<-END
		$same
	END
	alias= group= groups=
	if [ -n "$who" ]; then
		alias=$(getent passwd "$uid"); alias=${alias%%:*}
		group=$(id -gn "$1") groups=$(id -Gn "$1")
	fi
	out account "$1" "$uid" "$alias" "$group" "$groups" "$shell" "$gid" "$members"
}
filled() { # FOLDER OWNER
	[ -d "$1" ] || return 0
	mixed=no
	# The slash makes find follow a link. A missing user owns nothing.
	[ -z "$(find "$1/" -mindepth 1 ! \( -user "${2%:*}" -group "${2#*:}" \) -print -quit 2>&1)" ] || mixed=yes
	out folder "$1" "$(stat -Lc '%a	%U:%G' "$1")" "$mixed"
}
closed() { # PATH: every folder on its way whose mode ends in an even digit: others may not enter it
	path=$1 at=$1
	while [ -n "$at" ]; do
		[ -d "$at" ] && stat -Lc '%a	%U:%G' "$at" | { read -r mode owner
			case $mode in *[02468]) out closed "$path" "$mode" "$owner" "$at" ;; esac; }
		at=${at%/*}
	done
}
etcd_data() { # FOLDER: the data of a member; folders without files are none
	[ -d "$1/member" ] || return 0
	find -L "$1/member" -type f -printf '%s %T@\n' 2>/dev/null | awk '
		{ size += $1; if ($2 + 0 > newest + 0) newest = $2 }
		END { if (NR) printf "%.0f %s\n", size, newest }' | { read -r size newest &&
		out etcddata "$1/member" "$size" "$newest"; }
}
unit_files() { # UNIT UNIT-FILE OPTIONS-FILE
	text=
	[ -f "$3" ] && [ ! -L "$3" ] && [ "$(stat -c %s "$3")" -le 65536 ] && text=$(base64 -w0 <"$3")
	out unitfiles "$1" "$2" "$3" "$text"
}

started() { # TIMESTAMP UNIT: UNIX seconds. systemd up to 247 shows no fraction; its bus has it.
	case $1 in
	'') echo 0; return ;;
	*.*) date -d "$1" +%s.%N 2>/dev/null || echo 0; return ;;
	esac
	bus=org.freedesktop.systemd1
	path=$(busctl call $bus /org/freedesktop/systemd1 $bus.Manager GetUnit s "$2" 2>/dev/null)
	path=${path#*\"}
	us=$(busctl get-property $bus "${path%\"}" $bus.Service ExecMainStartTimestamp 2>/dev/null)
	case $us in
	't '*??????) us=${us#t }; printf '%s.%s\n' "${us%??????}" "${us#"${us%??????}"}" ;;
	*) date -d "$1" +%s 2>/dev/null || echo 0 ;;
	esac
}
units= ports=
for word; do
	kind=${word%%:*} name=${word#*:}
	case $kind in
	t | s | x)
		[ -e "$name" ] || [ -L "$name" ] || continue
		if [ ! -f "$name" ]; then out odd "$name" "$(stat -c %F "$name")"; continue; fi
		stat=$(stat -Lc '%i,%s,%.9Y,%.9Z' "$name")
		sum= ; [ "$kind" = x ] && sum=$(known "$name" "$stat")
		[ -n "$sum" ] || sum=$(digest "$name")
		ours=no; listed "$name" "$sum" && ours=yes
		out file "$name" "$sum" "$(stat -Lc '%a	%U:%G	%s	%.9Z' "$name")" "$ours"
		# A link may lead to somebody else's secret: only its digest is reported.
		[ "$kind" = t ] && [ ! -L "$name" ] && [ "$(stat -Lc %s "$name")" -le 65536 ] && out content "$name" "$(base64 -w0 <"$name")"
		if [ "$kind" = x ]; then
			version=
			[ "$ours" = yes ] && version=$(awk -v p="$name" '$NF == p { print $5; exit }' "$manifest")
			[ -n "$version" ] && out version "$name" "$version"
		fi ;;
	u) units="$units $name" ;;
	p) ports="$ports $name " ;;
	n) account "$name" ;;
	o) rest=${name#*:}; filled "${rest#*:}" "${name%%:*}:${rest%%:*}" ;;
	c) closed "$name" ;;
	m) [ -f "$manifest" ] && awk -v p="$name" '$NF == p { f = 1 } END { exit !f }' "$manifest" && out listed "$name" ;;
	f) inside "$name" ;;
	e) etcd_data "$name" ;;
	d)
		at=$(existing "$name")
		options=$(findmnt -nro OPTIONS -T "$at" 2>/dev/null)
		set -- $(df -Pk "$at" | tail -n 1)
		out space "$name" "$6" "$4" "$options" ;;
	esac
done

if [ -d /run/systemd/system ]; then
	for unit in $units; do
		ask() { systemctl show "$@" -p LoadState -p ActiveState -p SubState -p UnitFileState -p NRestarts \
			-p NeedDaemonReload -p ExecMainStartTimestamp -p MainPID \
			-p FragmentPath -p EnvironmentFiles "$unit" 2>/dev/null; }
		LoadState= ActiveState= SubState= UnitFileState= NRestarts= NeedDaemonReload= ExecMainStartTimestamp= MainPID=
		FragmentPath= options=
		while IFS='=' read -r key value; do
			case $key in
			LoadState) LoadState=$value ;; ActiveState) ActiveState=$value ;; SubState) SubState=$value ;;
			UnitFileState) UnitFileState=$value ;; NRestarts) NRestarts=$value ;;
			NeedDaemonReload) NeedDaemonReload=$value ;;
			ExecMainStartTimestamp) ExecMainStartTimestamp=$value ;; MainPID) MainPID=$value ;;
			FragmentPath) FragmentPath=$value ;; EnvironmentFile*) options=${value% (ignore_errors=*} ;;
			esac
		done <<-END
			$(ask --timestamp=us+utc || ask)
		END
		since=0
		[ "${MainPID:-0}" = 0 ] || since=$(started "$ExecMainStartTimestamp" "$unit")
		out unit "$unit" "$LoadState" "$ActiveState" "$SubState" "$UnitFileState" "$since" "$NRestarts" "$NeedDaemonReload"
		[ -z "$FragmentPath" ] || unit_files "$unit" "$FragmentPath" "$options"
	done
fi

if has ss; then
	ss -Hltnp 2>/dev/null | while read -r _ _ _ local _ users; do
		port=${local##*:}
		case $ports in *" $port "*) ;; *) continue ;; esac
		process=${users#*\"} pid=${users#*pid=}
		process=${process%%\"*} pid=${pid%%[!0-9]*} unit=
		[ -n "$pid" ] && unit=$(sed -n 's|.*/\([^/]*\.service\)$|\1|p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)
		out port "$port" "$process" "${pid:-0}" "$unit"
	done
fi
out end
