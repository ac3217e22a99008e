# Makes and starts a control plane in /srv/strange, where its programs lie already: as root, by hand
# but for the scheduler, with as many weaknesses as can be had at once. Words in capitals that
# begin with SECRET must not be told to anyone.
set -e; umask 022
cd /srv/strange
mkdir -p tls data /etc/kubernetes /etc/cni/net.d
openssl req -x509 -newkey rsa:2048 -nodes -keyout tls/any.key -out tls/any.crt -days 9 -subj /CN=any 2>/dev/null
openssl rsa -in tls/any.key -pubout -out tls/any.pub 2>/dev/null
chmod 666 tls/any.crt; chmod 644 tls/any.key; chmod 777 tls; chown nobody tls/any.key
echo 'SECRETTOKENOFANADMIN,admin,1,system:masters' >tokens
cat >config <<'END'
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:7443', insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: SECRETTOKENOFANADMIN}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
END
cp config manager.conf; cp config scheduler.conf; chown nobody manager.conf scheduler.conf
cp config /etc/kubernetes/admin.conf; chown nobody /etc/kubernetes/admin.conf
echo '{}' >/etc/cni/net.d/1.conf; chmod 666 /etc/cni/net.d/1.conf; chown nobody /etc/cni/net.d/1.conf
cat >crypt.yaml <<'END'
kind: EncryptionConfiguration
apiVersion: apiserver.config.k8s.io/v1
resources: [{resources: [secrets], providers: [{identity: {}}, {secretbox: {keys: [
  {name: k, secret: c2VjcmV0LWtleS1vZi10aGUtY2x1c3Rlci0zMi1ieXQ=}]}}]}]
END
printf '%s\n' 'apiVersion: audit.k8s.io/v1' 'kind: Policy' 'rules: [{level: RequestResponse}]' >policy.yaml
cat >scheduler.yaml <<'END'
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
clientConnection: {kubeconfig: /srv/strange/scheduler.conf}
END
echo 'WORDS=--config=scheduler.yaml --bind-address=0.0.0.0' >scheduler.env
cat >/etc/systemd/system/odd.service <<'END'
[Service]
WorkingDirectory=/srv/strange
EnvironmentFile=/srv/strange/scheduler.env
ExecStart=/srv/strange/kube-scheduler $WORDS
Restart=always
END
chmod 666 /etc/systemd/system/odd.service; chown nobody scheduler.env
cd /srv/strange
start() { setsid "$@" >>log 2>&1 </dev/null & }
start ./etcd --name odd --data-dir data --auto-tls=true --peer-auto-tls=true \
  --listen-client-urls http://127.0.0.1:7379 --advertise-client-urls http://127.0.0.1:7379 \
  --listen-peer-urls http://127.0.0.1:7380 --initial-advertise-peer-urls http://127.0.0.1:7380 \
  --initial-cluster odd=http://127.0.0.1:7380
start ./kube-apiserver --etcd-servers http://127.0.0.1:7379 --secure_port=7443 --cert-dir=tls/own \
  --service-cluster-ip-range=10.5.0.0/24 --service-account-issuer=https://x \
  --service-account-signing-key-file=tls/any.key \
  --service-account-key-file=tls/any.pub --service-account-lookup=false \
  --authorization-mode=AlwaysAllow --anonymous-auth=true --token-auth-file=/srv/strange/tokens \
  --enable-admission-plugins=AlwaysAdmit \
  --disable-admission-plugins=ServiceAccount,NamespaceLifecycle,PodSecurity \
  --request-timeout=1h \
  --tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA \
  --encryption-provider-config=crypt.yaml --audit-policy-file=policy.yaml --audit-log-path=/dev/null
ready() {
	printf 'GET /readyz HTTP/1.0\r\nAuthorization: Bearer SECRETTOKENOFANADMIN\r\n\r\n' |
		openssl s_client -quiet -connect 127.0.0.1:7443 2>/dev/null | grep -q '^ok'
}
for n in $(seq 120); do
	ready && break
	[ "$n" -lt 120 ] || { tail -n 5 log; exit 1; }
	sleep 0.5
done
start ./kube-controller-manager --kubeconfig manager.conf --leader-elect=false \
  --use-service-account-credentials=false --bind-address=0.0.0.0 \
  --feature-gates=RotateKubeletServerCertificate=false
systemctl daemon-reload; systemctl start odd
chmod 755 data
for n in $(seq 120); do
	ss -Hltn | grep -q :10257 && ss -Hltn | grep -q :10259 && break
	[ "$n" -lt 120 ] || { tail -n 5 log; exit 1; }
	sleep 0.5
done
