#!/bin/sh
# A control plane by hand, the way a skilled administrator scripts it: certificates by openssl,
# files by heredoc, tar over ssh to all hosts at once, systemctl, kubectl. What the installer is
# compared with, so it makes the same things: the same certificates (each host its own keys), the
# same flags, the same objects.
#
# usage: by_hand.sh FOLDER BINARIES KEY KNOWN_HOSTS NAME=ADDRESS...
#   FOLDER      new and private; everything made on this machine goes below it
#   BINARIES    kube-apiserver, kube-controller-manager, kube-scheduler, kubectl, etcd, etcdctl
#   NAME=ADDRESS  fresh hosts, reached by ssh as root with the identity file KEY
# stdout: "MILLISECONDS<tab>MILESTONE" since the start; stderr: what went wrong.
set -eu
umask 022 # as the hosts' files are to be; keys are 0600, and FOLDER is 0700
export no_proxy='*' NO_PROXY='*' # the hosts are reached directly

folder=$1 binaries=$2 key=$3 known_hosts=$4
shift 4
hosts=$*
chmod 0700 "$folder"
pki=$folder/pki kubeconfig=$folder/admin.kubeconfig
service_cidr=10.0.0.0/24 service_ip=10.0.0.1 pod_cidr=10.244.0.0/16 domain=cluster.local
patience=60 # seconds that anything may take to be ready

started=$(date +%s%N)
milestone() {
	printf '%d\t%s\n' $((($(date +%s%N) - started) / 1000000)) "$1"
}

fail() {
	echo "by_hand: $*" >&2
	exit 1
}

# Runs "$@ NAME ADDRESS" for every host, side by side. Fails if it fails for one.
each() {
	pids=
	for host in $hosts; do
		"$@" "${host%%=*}" "${host#*=}" &
		pids="$pids $!"
	done
	failed=
	for pid in $pids; do wait "$pid" || failed=yes; done
	[ -z "$failed" ] || fail "$* failed"
}

# Runs "$@" until it succeeds.
until_done() {
	deadline=$(($(date +%s) + patience))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$deadline" ] || fail "not within $patience s: $*"
		sleep 0.2
	done
}

# --- certificates

openssl_config() {
	cat >"$pki/openssl.cnf" <<-END
		[req]
		distinguished_name = names
		[names]
		[authority]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, digitalSignature, keyEncipherment, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		[client]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, keyEncipherment
		extendedKeyUsage = clientAuth
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		[server]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, keyEncipherment
		extendedKeyUsage = serverAuth
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		[peer]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, keyEncipherment
		extendedKeyUsage = serverAuth, clientAuth
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	END
}

# request FILE SECTION SUBJECT DAYS [OPTION...]: one key and its certificate
request() {
	file=$1 section=$2 subject=$3 days=$4
	shift 4
	openssl req -x509 -config "$pki/openssl.cnf" -extensions "$section" -subj "$subject" \
		-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days "$days" \
		-keyout "$file-key.pem" -out "$file.pem" "$@" 2>"$file.log" ||
		fail "openssl, for $file: $(cat "$file.log")"
	rm "$file.log"
}

authority() { # NAME COMMON-NAME
	request "$pki/$1" authority "/CN=$2" 3650
}

client() { # FILE SUBJECT CA
	request "$1" client "$2" 365 -CA "$pki/$3.pem" -CAkey "$pki/$3-key.pem"
}

server() { # FILE SUBJECT CA SECTION SANS
	request "$1" "$4" "$2" 365 -CA "$pki/$3.pem" -CAkey "$pki/$3-key.pem" \
		-addext "subjectAltName=$5"
}

cluster_certificates() {
	mkdir -p "$pki"
	openssl_config
	authority ca kubernetes &
	authority front-proxy-ca front-proxy-ca &
	authority signing-ca kubernetes-signing-ca &
	authority etcd-ca etcd-ca &
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$pki/sa.key"
	openssl pkey -in "$pki/sa.key" -pubout -out "$pki/sa.pub"
	wait
	cat "$pki/ca.pem" "$pki/signing-ca.pem" >"$pki/client-ca.pem"
	client "$pki/admin" /O=kubeadm:cluster-admins/CN=kubernetes-admin ca
	client "$pki/super-admin" /O=system:masters/CN=kubernetes-super-admin ca
	client "$pki/kube-proxy" /CN=system:kube-proxy ca
}

server_sans() {
	printf 'IP:%s,IP:127.0.0.1' "$service_ip"
	for host in $hosts; do printf ',IP:%s,DNS:%s' "${host#*=}" "${host%%=*}"; done
	printf ',DNS:%s' kubernetes kubernetes.default kubernetes.default.svc \
		"kubernetes.default.svc.${domain%%.*}" "kubernetes.default.svc.$domain"
}

host_certificates() { # NAME ADDRESS
	ssl=$folder/hosts/$1/opt/kubernetes/ssl etcd=$folder/hosts/$1/opt/etcd/ssl
	mkdir -p "$ssl" "$etcd"
	here="DNS:localhost,IP:127.0.0.1,DNS:$1,IP:$2"
	server "$ssl/server" /CN=kube-apiserver ca server "$sans"
	client "$ssl/apiserver-kubelet-client" /CN=kube-apiserver-kubelet-client ca
	client "$ssl/front-proxy-client" /CN=front-proxy-client front-proxy-ca
	client "$ssl/apiserver-etcd-client" /CN=kube-apiserver-etcd-client etcd-ca
	for name in controller-manager scheduler; do
		client "$ssl/kube-$name" "/CN=system:kube-$name" ca
		server "$ssl/kube-$name-serving" "/CN=kube-$name" ca server "$here"
	done
	server "$etcd/server" "/CN=$1" etcd-ca peer "$here,IP:::1"
	server "$etcd/peer" "/CN=$1" etcd-ca peer "$here,IP:::1"
	cp "$pki/etcd-ca.pem" "$etcd/ca.pem"
	cp "$pki/ca.pem" "$pki/front-proxy-ca.pem" "$pki/client-ca.pem" "$pki/signing-ca.pem" \
		"$pki/signing-ca-key.pem" "$pki/sa.key" "$pki/sa.pub" "$ssl"
}

# --- files: options, units, kubeconfigs

unit() { # NAME TYPE AFTER FOLDER VARIABLE
	cat >"$root/etc/systemd/system/$1.service" <<-END
		[Unit]
		Description=$1
		Wants=network-online.target
		After=network-online.target $3
		StartLimitIntervalSec=0

		[Service]
		Type=$2
		EnvironmentFile=$4/cfg/$1
		ExecStart=$4/bin/$1 \$$5
		Restart=always
		RestartSec=1
		TimeoutStartSec=120
		LimitNOFILE=65536
		TasksMax=infinity

		[Install]
		WantedBy=multi-user.target
	END
}

host_files() { # NAME ADDRESS
	root=$folder/hosts/$1
	mkdir -p "$root/opt/kubernetes/cfg" "$root/opt/etcd/cfg" "$root/etc/systemd/system"
	etcd_files "$1" "$2"
	encryption
	apiserver_files "$2"
	controller_files controller-manager
	controller_files scheduler
}

etcd_files() { # NAME ADDRESS
	cat >"$root/opt/etcd/cfg/etcd" <<-END
		ETCD_OPTS="--name=$1 \\
		--data-dir=/var/lib/etcd \\
		--listen-client-urls=https://$2:2379,https://127.0.0.1:2379 \\
		--advertise-client-urls=https://$2:2379 \\
		--listen-peer-urls=https://$2:2380 \\
		--initial-advertise-peer-urls=https://$2:2380 \\
		--initial-cluster=$(members) \\
		--initial-cluster-token=by-hand \\
		--initial-cluster-state=new \\
		--cert-file=/opt/etcd/ssl/server.pem \\
		--key-file=/opt/etcd/ssl/server-key.pem \\
		--client-cert-auth=true \\
		--trusted-ca-file=/opt/etcd/ssl/ca.pem \\
		--peer-cert-file=/opt/etcd/ssl/peer.pem \\
		--peer-key-file=/opt/etcd/ssl/peer-key.pem \\
		--peer-client-cert-auth=true \\
		--peer-trusted-ca-file=/opt/etcd/ssl/ca.pem \\
		--listen-metrics-urls=http://127.0.0.1:2381"
	END
	unit etcd notify '' /opt/etcd ETCD_OPTS
}

members() { # NAME=https://ADDRESS:2380,...
	list=
	for host in $hosts; do list="$list,${host%%=*}=https://${host#*=}:2380"; done
	printf %s "${list#,}"
}

etcd_servers() { # ADDRESS: its own member first
	printf 'https://%s:2379' "$1"
	for host in $hosts; do
		[ "${host#*=}" = "$1" ] || printf ',https://%s:2379' "${host#*=}"
	done
}

encryption() {
	file=$root/opt/kubernetes/cfg/encryption.yaml
	: >"$file" && chmod 0600 "$file"
	cat >"$file" <<-END
		apiVersion: apiserver.config.k8s.io/v1
		kind: EncryptionConfiguration
		resources:
		- resources:
		  - secrets
		  providers:
		  - secretbox:
		      keys:
		      - name: key1
		        secret: $encryption_key
		  - identity: {}
	END
}

apiserver_files() { # ADDRESS
	ssl=/opt/kubernetes/ssl
	cat >"$root/opt/kubernetes/cfg/kube-apiserver" <<-END
		KUBE_APISERVER_OPTS="--advertise-address=$1 \\
		--secure-port=6443 \\
		--etcd-servers=$(etcd_servers "$1") \\
		--etcd-cafile=/opt/etcd/ssl/ca.pem \\
		--etcd-certfile=$ssl/apiserver-etcd-client.pem \\
		--etcd-keyfile=$ssl/apiserver-etcd-client-key.pem \\
		--service-cluster-ip-range=$service_cidr \\
		--service-node-port-range=30000-32767 \\
		--allow-privileged=true \\
		--authorization-mode=Node,RBAC \\
		--enable-admission-plugins=NodeRestriction \\
		--enable-bootstrap-token-auth=true \\
		--encryption-provider-config=/opt/kubernetes/cfg/encryption.yaml \\
		--client-ca-file=$ssl/client-ca.pem \\
		--tls-cert-file=$ssl/server.pem \\
		--tls-private-key-file=$ssl/server-key.pem \\
		--tls-min-version=VersionTLS12 \\
		--kubelet-certificate-authority=$ssl/client-ca.pem \\
		--kubelet-client-certificate=$ssl/apiserver-kubelet-client.pem \\
		--kubelet-client-key=$ssl/apiserver-kubelet-client-key.pem \\
		--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname \\
		--proxy-client-cert-file=$ssl/front-proxy-client.pem \\
		--proxy-client-key-file=$ssl/front-proxy-client-key.pem \\
		--requestheader-allowed-names=front-proxy-client \\
		--requestheader-client-ca-file=$ssl/front-proxy-ca.pem \\
		--requestheader-extra-headers-prefix=X-Remote-Extra- \\
		--requestheader-group-headers=X-Remote-Group \\
		--requestheader-username-headers=X-Remote-User \\
		--service-account-issuer=https://kubernetes.default.svc.$domain \\
		--service-account-key-file=$ssl/sa.pub \\
		--service-account-signing-key-file=$ssl/sa.key \\
		--profiling=false"
	END
	unit kube-apiserver notify etcd.service /opt/kubernetes KUBE_APISERVER_OPTS
}

controller_files() { # controller-manager or scheduler
	ssl=/opt/kubernetes/ssl cfg=/opt/kubernetes/cfg name=kube-$1
	variable=KUBE_$(printf %s "$1" | tr a-z- A-Z_)_OPTS
	component_kubeconfig "$1"
	cat >"$root$cfg/$name" <<-END
		$variable="--kubeconfig=$cfg/$1.kubeconfig \\
		--authentication-kubeconfig=$cfg/$1.kubeconfig \\
		--authorization-kubeconfig=$cfg/$1.kubeconfig \\
		--bind-address=127.0.0.1 \\
		--leader-elect=true \\
		--tls-cert-file=$ssl/$name-serving.pem \\
		--tls-private-key-file=$ssl/$name-serving-key.pem \\
		--tls-min-version=VersionTLS12 \\
		--profiling=false $([ "$1" = scheduler ] || controller_manager_options)"
	END
	unit "$name" exec kube-apiserver.service /opt/kubernetes "$variable"
}

controller_manager_options() {
	cat <<-END
		--cluster-name=kubernetes \\
		--allocate-node-cidrs=true \\
		--cluster-cidr=$pod_cidr \\
		--service-cluster-ip-range=$service_cidr \\
		--client-ca-file=$ssl/client-ca.pem \\
		--requestheader-client-ca-file=$ssl/front-proxy-ca.pem \\
		--root-ca-file=$ssl/ca.pem \\
		--cluster-signing-cert-file=$ssl/signing-ca.pem \\
		--cluster-signing-key-file=$ssl/signing-ca-key.pem \\
		--service-account-private-key-file=$ssl/sa.key \\
		--use-service-account-credentials=true \\
		--controllers=*,bootstrapsigner,tokencleaner
	END
}

component_kubeconfig() { # controller-manager or scheduler
	cat >"$root$cfg/$1.kubeconfig" <<-END
		apiVersion: v1
		kind: Config
		clusters:
		- name: kubernetes
		  cluster:
		    server: https://127.0.0.1:6443
		    certificate-authority: $ssl/ca.pem
		users:
		- name: system:$name
		  user:
		    client-certificate: $ssl/$name.pem
		    client-key: $ssl/$name-key.pem
		contexts:
		- name: default
		  context: {cluster: kubernetes, user: "system:$name"}
		current-context: default
	END
}

admin_kubeconfig() { # FILE CERTIFICATE
	first=${hosts%% *}
	cat >"$1" <<-END
		apiVersion: v1
		kind: Config
		clusters:
		- name: kubernetes
		  cluster:
		    server: https://${first#*=}:6443
		    certificate-authority-data: $(base64 -w 0 "$pki/ca.pem")
		users:
		- name: kubernetes-admin
		  user:
		    client-certificate-data: $(base64 -w 0 "$2.pem")
		    client-key-data: $(base64 -w 0 "$2-key.pem")
		contexts:
		- name: default
		  context: {cluster: kubernetes, user: kubernetes-admin}
		current-context: default
	END
}

# --- hosts

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
	# The master stays behind in the background: it must not hold our output open.
	ssh -F "$folder/ssh_config" -o ControlMaster=yes -f -N "$2" >/dev/null
}

disconnect() {
	for host in $hosts; do
		[ ! -S "$folder/${host#*=}.ssh" ] ||
			ssh -F "$folder/ssh_config" -O exit "${host#*=}" 2>/dev/null || :
	done
}
trap disconnect EXIT
trap 'exit 1' HUP INT TERM

lay_out_binaries() {
	mkdir -p "$folder/shared/opt/kubernetes/bin" "$folder/shared/opt/etcd/bin"
	for name in kube-apiserver kube-controller-manager kube-scheduler kubectl; do
		ln -s "$binaries/$name" "$folder/shared/opt/kubernetes/bin/"
	done
	ln -s "$binaries/etcd" "$binaries/etcdctl" "$folder/shared/opt/etcd/bin/"
}

upload() { # NAME ADDRESS
	# Folders that are there (/etc, /opt) keep their modes; files are complete before any starts.
	tar -chf - --owner=0 --group=0 -C "$folder/shared" opt -C "$folder/hosts/$1" opt etc |
		on "$2" 'tar -xpf - --no-overwrite-dir -C / && chmod 0755 /opt/*/bin/* && sync'
}

start() { # UNITS NAME ADDRESS
	on "$3" "systemctl daemon-reload && systemctl enable -q --now $1"
}

# --- API

api() { # ADDRESS ARGUMENTS...
	at=$1
	shift
	"$binaries/kubectl" --kubeconfig "$kubeconfig" --cache-dir "$folder/cache" \
		--server "https://$at:6443" --request-timeout 5s "$@"
}

ready() { # NAME ADDRESS
	until_done api "$2" get --raw /readyz
}

held() { # LEASE
	first=${hosts%% *}
	api "${first#*=}" get --raw \
		"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/$1" |
		grep -q '"holderIdentity":"[^"]'
}

binding() { # NAME ROLE KIND SUBJECT
	cat <<-END
		---
		apiVersion: rbac.authorization.k8s.io/v1
		kind: ClusterRoleBinding
		metadata: {name: "$1"}
		roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "$2"}
		subjects:
		- {apiGroup: rbac.authorization.k8s.io, kind: $3, name: "$4"}
	END
}

objects() {
	group=system:bootstrappers:by-hand approve=system:certificates.k8s.io:certificatesigningrequests
	cat <<-END
		apiVersion: v1
		kind: Secret
		type: bootstrap.kubernetes.io/token
		metadata: {name: "bootstrap-token-$token_id", namespace: kube-system}
		stringData:
		  token-id: "$token_id"
		  token-secret: "$token_secret"
		  expiration: "$(date -u -d '+24 hours' +%Y-%m-%dT%H:%M:%SZ)"
		  usage-bootstrap-authentication: "true"
		  usage-bootstrap-signing: "true"
		  auth-extra-groups: "$group"
	END
	binding by-hand:bootstrap system:node-bootstrapper Group "$group"
	binding by-hand:approve "$approve:nodeclient" Group "$group"
	binding by-hand:renewal "$approve:selfnodeclient" Group system:nodes
	binding by-hand:apiserver-to-kubelet system:kubelet-api-admin User kube-apiserver-kubelet-client
	binding kubeadm:cluster-admins cluster-admin Group kubeadm:cluster-admins
}

apply_objects() {
	token_id=$(openssl rand -hex 3) token_secret=$(openssl rand -hex 8)
	first=${hosts%% *}
	objects >"$folder/objects.yaml"
	api "${first#*=}" apply -f "$folder/objects.yaml" >/dev/null
}

verify_host() { # NAME ADDRESS
	on "$2" 'systemctl is-active etcd kube-apiserver kube-controller-manager kube-scheduler' \
		>"$folder/$1.units" || fail "$1: a unit is not active"
	api "$2" get --raw '/readyz?verbose' >"$folder/$1.readyz" || fail "$1: not ready"
}

verify_cluster() {
	first=${hosts%% *}
	on "${first#*=}" "/opt/etcd/bin/etcdctl --endpoints https://127.0.0.1:2379 \
		--cacert /opt/etcd/ssl/ca.pem --cert /opt/kubernetes/ssl/apiserver-etcd-client.pem \
		--key /opt/kubernetes/ssl/apiserver-etcd-client-key.pem endpoint health --cluster" \
		>"$folder/etcd.health" 2>&1 || fail "etcd: $(cat "$folder/etcd.health")"
	held kube-controller-manager || fail 'kube-controller-manager does not lead'
	held kube-scheduler || fail 'kube-scheduler does not lead'
	api "${first#*=}" get componentstatuses >"$folder/component.statuses" 2>/dev/null ||
		fail 'no component statuses'
	! grep -q Unhealthy "$folder/component.statuses" || fail "$(cat "$folder/component.statuses")"
}

# --- the whole

cluster_certificates
sans=$(server_sans)
each host_certificates
milestone certificates

encryption_key=$(openssl rand -base64 32)
each host_files
admin_kubeconfig "$kubeconfig" "$pki/admin"
lay_out_binaries
ssh_config
each connect
milestone connected

each upload
milestone 'uploaded and synced'

each start etcd
milestone 'etcd has quorum'

each start kube-apiserver
milestone 'apiserver notified'

# Until its group is bound, only the break-glass certificate may do anything.
kubeconfig=$folder/super-admin.kubeconfig
admin_kubeconfig "$kubeconfig" "$pki/super-admin"
each ready
each start 'kube-controller-manager kube-scheduler'
until_done held kube-controller-manager
until_done held kube-scheduler
milestone 'ready, leaders'

apply_objects
milestone 'token and RBAC applied'

kubeconfig=$folder/admin.kubeconfig
each verify_host
verify_cluster
milestone verified
