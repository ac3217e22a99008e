#!/bin/sh
# A control plane by hand, the way a skilled administrator scripts it: certificates by openssl,
# files by heredoc, tar over ssh to all hosts at once, systemctl, kubectl. For comparison with the
# installer it makes the same certificates (each host its own keys), flags and objects.
#
# usage: by_hand.sh FOLDER BINARIES KEY KNOWN_HOSTS NAME=ADDRESS...
#   FOLDER      new and private; everything made on this machine goes below it
#   BINARIES    kube-apiserver, kube-controller-manager, kube-scheduler, kubectl, etcd, etcdctl;
#               admission.yaml and audit-policy.yaml, which the API server's flags name
#   NAME=ADDRESS  fresh hosts, reached by ssh as root with the identity file KEY
# stdout: "MILLISECONDS<tab>MILESTONE" since the start; stderr: errors.
set -eu
umask 022 # the hosts' files need it; keys are 0600, and FOLDER is 0700
export no_proxy='*' NO_PROXY='*' # the hosts are reached directly

folder=$1 binaries=$2 key=$3 known_hosts=$4
shift 4
hosts=$*
chmod 0700 "$folder"
pki=$folder/pki kubeconfig=$folder/admin.kubeconfig
service_cidr=10.0.0.0/24 service_ip=10.0.0.1 pod_cidr=10.244.0.0/16 domain=cluster.local
suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
suites=$suites,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
suites=$suites,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
suites=$suites,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
patience=60 # seconds until anything must be ready

started=$(date +%s%N)
milestone() {
	printf '%d\t%s\n' $((($(date +%s%N) - started) / 1000000)) "$1"
}

fail() {
	echo "by_hand: $*" >&2
	exit 1
}

# Runs "$@ NAME ADDRESS" for every host in parallel. Fails if it fails for one.
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
		sleep 0.1
	done
}

here=$(dirname "$0")
for part in certificates files hosts api; do
	# shellcheck disable=SC1090 # in the folder hand
	. "$here/hand/$part.sh"
done
trap disconnect EXIT
trap 'exit 1' HUP INT TERM

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

# Until its group is bound, only the break-glass certificate has any rights.
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
