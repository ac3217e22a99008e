# shellcheck shell=sh disable=SC2154
# Certificates by openssl. Part of by_hand.sh.

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
