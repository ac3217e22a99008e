# shellcheck shell=sh disable=SC2154
# Reaching the hosts: ssh, tar, systemctl. Part of by_hand.sh.

ssh_config() {
	cat >"$folder/ssh_config" <<-END
		Host *
		  User root
		  IdentityFile "$key"
		  IdentitiesOnly yes
		  UserKnownHostsFile "$known_hosts"
		  StrictHostKeyChecking yes
		  BatchMode yes
		  LogLevel ERROR
		  ControlPath "$folder/%h.ssh"
	END
}

on() { # ADDRESS COMMAND
	ssh -F "$folder/ssh_config" "$1" "$2"
}

connect() { # NAME ADDRESS
	# The master stays in the background: it must not keep our output open.
	ssh -F "$folder/ssh_config" -o ControlMaster=yes -f -N "$2" >/dev/null
}

disconnect() {
	for host in $hosts; do
		[ ! -S "$folder/${host#*=}.ssh" ] ||
			ssh -F "$folder/ssh_config" -O exit "${host#*=}" 2>/dev/null || :
	done
}

lay_out_binaries() {
	mkdir -p "$folder/shared/opt/kubernetes/bin" "$folder/shared/opt/etcd/bin"
	for name in kube-apiserver kube-controller-manager kube-scheduler kubectl; do
		ln -s "$binaries/$name" "$folder/shared/opt/kubernetes/bin/"
	done
	ln -s "$binaries/etcd" "$binaries/etcdctl" "$folder/shared/opt/etcd/bin/"
}

upload() { # NAME ADDRESS
	# Existing folders (/etc, /opt) keep their modes; files are complete before any unit starts.
	tar -chf - --owner=0 --group=0 -C "$folder/shared" opt -C "$folder/hosts/$1" opt etc |
		on "$2" 'tar -xpf - --no-overwrite-dir -C / && chmod 0755 /opt/*/bin/* && sync'
}

start() { # UNITS NAME ADDRESS
	on "$3" "systemctl daemon-reload && systemctl enable -q --now $1"
}
