# Tries the ports that hosts need of each other, host to host, before their programs are started.
# Arguments: ADDRESS of this host, then words l:PORT to listen on for the others to try, and
# t:PORT:ADDRESS to try. Nothing is tried before a line arrives on stdin, as every host must
# listen first; it listens until stdin ends. Prints on stderr: "listens PORT", "firewall KIND …",
# "ready", "tried ADDRESS PORT RESULT" with open, silent or the error's text, "untried", "done".
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
address=$1 listen= ports= jobs= server=; shift
has() { command -v "$1" >/dev/null 2>&1; }
tell() { printf '%s\n' "$*" >&2; }
trap '[ -z "$server" ] || kill "$server"' EXIT
trap 'exit 143' HUP INT TERM PIPE

firewall() {
	if systemctl -q is-active firewalld 2>/dev/null; then tell firewall firewalld
	elif grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then tell firewall ufw
	elif has nft && chain=$(nft list chains 2>/dev/null | awk '
		$1 == "table" { table = $2 " " $3 } $1 == "chain" { chain = $2 }
		/hook input/ { print table, chain; exit }') && [ -n "$chain" ]; then tell firewall nft "$chain"
	elif has iptables && iptables -S INPUT 2>/dev/null | grep -qe '^-P INPUT DROP' -e '^-A'; then
		tell firewall iptables
	fi
}
listening() { # PORT: state 0A of a socket, whoever owns it
	grep -qs "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") [0-9A-F]*:0000 0A" /proc/net/tcp /proc/net/tcp6
}
try() { # ADDRESS PORT
	# The shell that sh is may know no /dev/tcp; the host need not have any other client.
	error=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
	case $? in
	0) tell tried "$1" "$2" open ;;
	124) tell tried "$1" "$2" silent ;;
	*) tell tried "$1" "$2" "$(printf %s "$error" | sed -n 's/^.*: //p' | tail -n 1)" ;;
	esac
}

firewall & jobs=$!
case $address in *:*) at="[$address]" ;; *) at=$address ;; esac
for word; do
	case $word in l:*) ports="$ports ${word#l:}" listen="$listen -l $at:${word#l:}" ;; esac
done
if [ -n "$listen" ] && has systemd-socket-activate; then
	# The first connection makes it sleep with the sockets open; the kernel accepts all of them.
	timeout 30 systemd-socket-activate $listen sleep 30 </dev/null >/dev/null 2>&1 &
	server=$!
	tries=0
	for port in $ports; do
		until listening "$port" || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.02; done
		listening "$port" && tell listens "$port"
	done
fi
tell ready
read -r _ || exit 0
if has bash; then
	for word; do
		case $word in t:*) ;; *) continue ;; esac
		word=${word#t:}
		try "${word#*:}" "${word%%:*}" & jobs="$jobs $!"
	done
else tell untried
fi
wait $jobs
tell done
read -r _
exit 0
