# Reports the control plane programs that run on this host, and their files; changes nothing.
# Lines of TAB-separated fields, texts as base64: host NAME; program PID COMM UID GIDS USER POD ARGV;
# environ PID TEXT; source PID unit|options|manifest PATH; text PID PATH TEXT; words PID PATH WORDS;
# file PID PATH KIND MODE UID GID USER GROUP; end. In place of a PID: near for files next to a
# program's certificates, admin or cni for files of no program.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
out() { IFS='	'; printf '%s\n' "$*"; unset IFS; }
has() { command -v "$1" >/dev/null 2>&1; }
set -f
LIMIT=65536 MOST=1500 count=0 reported='
'

kind() {
	if [ -d "$1" ]; then echo dir; return; fi
	head -c "$LIMIT" "$1" | awk '
		/-----BEGIN [A-Z ]*PRIVATE KEY-----/ { k = "key"; exit }
		/-----BEGIN CERTIFICATE-----/ { k = "cert" }
		/-----BEGIN [A-Z ]*PUBLIC KEY-----/ && !k { k = "public" }
		/^kind: *"?Config"?$|client-key-data|"kind": *"Config"/ && !k { k = "kubeconfig" }
		END { print k ? k : "text" }'
}
# report PID BASE PATH: BASE is the path from here to the program's root or working folder.
report() {
	case $reported in *"
$1 $3
"*) return ;; esac
	at=$2$3
	[ -d "$at" ] || [ -f "$at" ] || return
	[ "$count" -lt "$MOST" ] || return
	count=$((count + 1)) reported="$reported$1 $3
"
	what=$(kind "$at")
	out file "$1" "$3" "$what" "$(stat -Lc '%a	%u	%g	%U	%G' "$at")"
}
# The text of a certificate that a program's arguments name: it is public and small.
public() { [ -f "$2$3" ] && [ "$(stat -Lc %s "$2$3")" -le "$LIMIT" ] && [ "$(kind "$2$3")" = cert ] &&
	out text "$1" "$3" "$(base64 -w0 <"$2$3")"; }
text() { [ -f "$2$3" ] && out text "$1" "$3" "$(head -c "$LIMIT" "$2$3" | base64 -w0)"; }
base() { case $2 in /*) echo "/proc/$1/root" ;; *) echo "/proc/$1/cwd/" ;; esac; }
# Words of an encryption configuration: only those of this list, never a secret or a name.
words() {
	head -c "$LIMIT" "$2$3" | sed -e 's/#.*//' -e 's/"\{0,1\}\(secret\|name\)"\{0,1\} *: *"\{0,1\}[^",}]*"\{0,1\}//g' |
		grep -owE 'resources|providers|secrets|\*\.\*|\*\.|aescbc|aesgcm|secretbox|kms|identity' | tr '\n' ' '
}
flag() { printf '%s\n' "$argv" | sed -n -e "s/^--*$1=//p" -e "/^--*$1\$/{n;p;}" | tail -n 1; }
paths() { sed 's/#.*//' | grep -oE '/[^][ "'"'"',:;={}]+' | sort -u | head -n 200; }

program() {
	pid=$1 comm=$2
	argv=$(head -c "$LIMIT" "/proc/$pid/cmdline" | tr '\n\0' ' \n') uid= gid= groups=
	[ -n "$argv" ] || return
	while read -r key _ value rest; do
		case $key in Uid:) uid=$value ;; Gid:) gid=$value ;; esac
	done <"/proc/$pid/status"
	groups=$(sed -n 's/^Groups:[	 ]*//p' "/proc/$pid/status")
	pod=; grep -qE 'kubepods|cri-containerd|crio-|docker-' "/proc/$pid/cgroup" && pod=pod
	user=$(stat -Lc %U "/proc/$pid")
	out program "$pid" "$comm" "$uid" "$gid $groups" "$user" "$pod" "$(printf '%s\n' "$argv" | base64 -w0)"
	started "$pid" "$comm"
	environ=
	if [ "$comm" = etcd ]; then
		environ=$(tr '\n\0' ' \n' <"/proc/$pid/environ" | grep -E '^ETCD_((PEER_)?(CERT_FILE|KEY_FILE|CLIENT_CERT_AUTH|AUTO_TLS|TRUSTED_CA_FILE)|DATA_DIR|CONFIG_FILE|TLS_MIN_VERSION)=')
		[ -n "$environ" ] && out environ "$pid" "$(printf '%s\n' "$environ" | base64 -w0)"
	fi
	named=$({ printf '%s\n' "$argv" | tail -n +2 | sed -n -e 's/^--*[A-Za-z_-]*=//p' -e '/^[^-]/p'
		printf '%s\n' "$environ" | sed -n 's/^[A-Z_]*=//p'; } | tr ',' '\n' | sort -u)
	configs=; case $comm in
	kube-apiserver)
		for one in 'admission[-_]control[-_]config[-_]file' 'audit[-_]policy[-_]file' 'authori[sz]ation[-_]config' 'authentication[-_]config'; do
			configs="$configs $(flag "$one")"
		done
		crypt=$(flag 'encryption[-_]provider[-_]config')
		[ -n "$crypt" ] && [ -f "$(base "$pid" "$crypt")$crypt" ] && out words "$pid" "$crypt" "$(words "$pid" "$(base "$pid" "$crypt")" "$crypt")" ;;
	kube-scheduler) configs=$(flag config) ;;
	etcd)
		named="$named
$(flag name).etcd
default.etcd"
		configs=$(flag config-file) configs=${configs:-$(printf '%s\n' "$environ" | sed -n 's/^ETCD_CONFIG_FILE=//p')} ;;
	esac
	# A file may name another one, relative to itself, as the admission configuration does.
	for one in $configs; do
		at=$(base "$pid" "$one")
		text "$pid" "$at" "$one"
		for next in $(head -c "$LIMIT" "$at$one" 2>/dev/null | sed -n 's/^[ -]*"\{0,1\}path"\{0,1\} *: *"\{0,1\}\([^" ,}]*\).*/\1/p' | head -n 20); do
			case $next in /*) ;; *) next=${one%/*}/$next ;; esac
			text "$pid" "$(base "$pid" "$next")" "$next"
			report "$pid" "$(base "$pid" "$next")" "$next"
		done
		named="$named
$(head -c "$LIMIT" "$at$one" 2>/dev/null | paths)"
	done
	IFS='
'
	for one in $named; do
		unset IFS
		[ -n "$one" ] || continue
		report "$pid" "$(base "$pid" "$one")" "$one"
		public "$pid" "$(base "$pid" "$one")" "$one"
		around "$pid" "$one"
	done
	unset IFS
}
# Files that a kubeconfig names, and files next to a certificate or key.
around() {
	from=$(base "$1" "$2")
	[ -f "$from$2" ] || return
	case $(kind "$from$2") in
	kubeconfig)
		configs_at="$configs_at ${2%/*}"
		for other in $(head -c "$LIMIT" "$from$2" | grep -E '(client-certificate|client-key|certificate-authority):' | paths); do
			report "$1" "$(base "$1" "$other")" "$other"
		done ;;
	key | cert)
		case $2 in */*) folder=${2%/*} ;; *) return ;; esac
		report "$1" "$from" "$folder"
		for other in $(find "$from$folder/" -maxdepth 1 \( -name '*.pem' -o -name '*.key' -o -name '*.crt' -o -name '*.pub' \) 2>/dev/null | head -n 300); do
			report near "$from" "$folder/${other##*/}"
		done ;;
	esac
}
# The files that start a program: its unit and options, or the manifest of a static pod.
started() {
	if [ -n "$pod" ]; then
		set +f
		for one in "$manifests"/*; do
			[ -f "$one" ] && grep -qE "^ *(- )?(name: *$2|component: *$2|command: .*$2)" "$one" || continue
			report "$1" '' "$one"; out source "$1" manifest "$one"
		done
		set -f
		return
	fi
	unit=$(sed -n 's|.*/\([^/]*\.service\)\(/.*\)\{0,1\}$|\1|p' "/proc/$1/cgroup" | head -n 1)
	[ -n "$unit" ] && has systemctl || return
	# A program started by hand is in the unit of the login, which is not the unit that starts it.
	main=$(systemctl show -p MainPID "$unit") parent=$(sed -n 's/^PPid:[	 ]*//p' "/proc/$1/status")
	case ${main#MainPID=} in "$1" | "$parent") ;; *) return ;; esac
	for property in FragmentPath DropInPaths EnvironmentFiles; do
		for one in $(systemctl show -p "$property" "$unit" 2>/dev/null | sed -e "s/^$property=//" -e 's/ (ignore_errors=[a-z]*)//g'); do
			[ -f "$one" ] || continue
			report "$1" '' "$one"
			if [ "$property" = EnvironmentFiles ]; then out source "$1" options "$one"; else out source "$1" unit "$one"; fi
		done
	done
}

out host "$(uname -n)"
found= configs_at=/etc/kubernetes manifests=
set +f
for dir in /proc/[0-9]*; do
	read -r comm 2>/dev/null <"$dir/comm" || continue
	pid=${dir#/proc/}
	case $comm in
	kube-apiserver | kube-scheduler | etcd) found="$found $pid:$comm" ;;
	kube-controller) found="$found $pid:kube-controller-manager" ;;
	kubelet)
		argv=$(tr '\n\0' ' \n' <"/proc/$pid/cmdline")
		manifests=$(flag pod-manifest-path) config=$(flag config)
		[ -z "$manifests" ] && [ -f "$config" ] && manifests=$(sed -n 's/^staticPodPath: *"\{0,1\}\([^" ]*\).*/\1/p' "$config") ;;
	esac
done
set -f
manifests=${manifests:-/etc/kubernetes/manifests}
for one in $found; do program "${one%%:*}" "${one#*:}"; done
for folder in $configs_at; do
	for one in $(find "$folder/" -maxdepth 1 -type f -name '*admin*' 2>/dev/null | head -n 20); do
		[ "$(kind "$one")" = kubeconfig ] && report admin '' "$folder/${one##*/}"
	done
done
[ -f /root/.kube/config ] && report admin '' /root/.kube/config
for one in $(find /etc/cni/net.d /var/lib/cni/networks -type f 2>/dev/null | head -n 100); do report cni '' "$one"; done
out end
