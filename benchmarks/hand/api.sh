# shellcheck shell=sh disable=SC2154
# Work through the API: readiness, objects, verification. Part of by_hand.sh.

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
	service_account
	! grep -q Unhealthy "$folder/component.statuses" || fail "$(cat "$folder/component.statuses")"
}

# A ServiceAccount's token, issued and reviewed: the controllers work by then.
service_account() {
	until_done api "${first#*=}" get serviceaccount default
	token=$(api "${first#*=}" create token default --duration 10m) || fail 'no token was issued'
	printf '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"%s"}}' \
		"$token" >"$folder/review.json"
	user=$(api "${first#*=}" create -f "$folder/review.json" -o 'jsonpath={.status.user.username}')
	[ "$user" = system:serviceaccount:default:default ] || fail "the token is of '$user'"
}
