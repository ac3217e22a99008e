# shellcheck shell=sh disable=SC2154
# Options, units and kubeconfigs by heredoc. Part of by_hand.sh.

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
	cp "$binaries/admission.yaml" "$binaries/audit-policy.yaml" "$root/opt/kubernetes/cfg/"
	apiserver_files "$2"
	controller_files controller-manager 200 400
	controller_files scheduler 100 200
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
		--cipher-suites=$suites \\
		--tls-min-version=TLS1.2 \\
		--feature-gates=InitialCorruptCheck=true \\
		--watch-progress-notify-interval=5s \\
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
		--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs,EventRateLimit,AlwaysPullImages \\
		--admission-control-config-file=/opt/kubernetes/cfg/admission.yaml \\
		--anonymous-auth=false \\
		--audit-policy-file=/opt/kubernetes/cfg/audit-policy.yaml \\
		--audit-log-path=/var/log/kubernetes/audit.log \\
		--audit-log-maxage=30 \\
		--audit-log-maxbackup=10 \\
		--audit-log-maxsize=100 \\
		--request-timeout=1m0s \\
		--service-account-lookup=true \\
		--service-account-extend-token-expiration=false \\
		--enable-bootstrap-token-auth=true \\
		--encryption-provider-config=/opt/kubernetes/cfg/encryption.yaml \\
		--client-ca-file=$ssl/client-ca.pem \\
		--tls-cert-file=$ssl/server.pem \\
		--tls-private-key-file=$ssl/server-key.pem \\
		--tls-min-version=VersionTLS12 \\
		--tls-cipher-suites=$suites \\
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
		--shutdown-watch-termination-grace-period=5s \\
		--profiling=false"
	END
	unit kube-apiserver notify etcd.service /opt/kubernetes KUBE_APISERVER_OPTS
}

controller_files() { # controller-manager or scheduler, QPS, BURST
	ssl=/opt/kubernetes/ssl cfg=/opt/kubernetes/cfg name=kube-$1
	variable=KUBE_$(printf %s "$1" | tr a-z- A-Z_)_OPTS
	component_kubeconfig "$1"
	cat >"$root$cfg/$name" <<-END
		$variable="--kubeconfig=$cfg/$1.kubeconfig \\
		--authentication-kubeconfig=$cfg/$1.kubeconfig \\
		--authorization-kubeconfig=$cfg/$1.kubeconfig \\
		--bind-address=127.0.0.1 \\
		--kube-api-qps=$2 \\
		--kube-api-burst=$3 \\
		--leader-elect=true \\
		--tls-cert-file=$ssl/$name-serving.pem \\
		--tls-private-key-file=$ssl/$name-serving-key.pem \\
		--tls-min-version=VersionTLS12 \\
		--tls-cipher-suites=$suites \\
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
		--terminated-pod-gc-threshold=1000 \\
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
