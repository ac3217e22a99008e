"""Logins that people have: sshd's configuration, the user's keys, and what must come of it.

Names of keys, users and setups are those of login_site.py. A row's sshd runs on a port of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CODE = "Verification code:"
OTP = "auth required pam_google_authenticator.so secret=/etc/otp/${USER} user=root"
PASSWORDS = "auth required pam_unix.so"
CLOSE, NOTHING = "close", "nothing"
INTERACTIVE = "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no"
TWO_FACTORS = f"{INTERACTIVE}\nAuthenticationMethods publickey,keyboard-interactive"
ONLY_INTERACTIVE = f"{INTERACTIVE}\nAuthenticationMethods keyboard-interactive"
TAKES_PASSWORDS = "UsePAM yes\nPasswordAuthentication yes"
ONLY_PASSWORD = f"{TAKES_PASSWORDS}\nAuthenticationMethods password"
KEY_AND_PASSWORD = f"{TAKES_PASSWORDS}\nAuthenticationMethods publickey,password"
TRUST = "TrustedUserCAKeys /etc/ssh/user_ca.pub"
REFUSED, ACCEPTED = "refused by the host", "accepted"


@dataclass(frozen=True)
class Row:
    """One login. sshd: its configuration. pam: its PAM service. port: what a port says that is no
    sshd's; or CLOSE, NOTHING.

    keys: named identity files. agent: keys in the agent, None for no agent. ssh: more of SshSpec;
    {keys} and {agent} stand for their folder and socket. types: what the user types, None for
    nobody there. password: of a file named in the answers.
    error: the name of the error's class, '' for a login. says: in its message or hint. tried: one
    for each identity, in order, the start of its label and its result. prompts: what was asked.
    runs: why no script can be run after the login.
    """

    name: str
    sshd: str = ""
    pam: str = ""
    port: str = ""
    user: str = "ops"
    keys: tuple[str, ...] = ("good",)
    agent: tuple[str, ...] | None = None
    agent_is: str = ""
    ssh: dict[str, Any] = field(default_factory=dict)
    types: tuple[str, ...] | None = None
    password: str = ""
    error: str = ""
    says: tuple[str, ...] = ()
    tried: tuple[tuple[str, str], ...] | None = None
    prompts: tuple[str, ...] = ()
    runs: str = ""


DENIED = "AuthenticationFailed"
FULL = tuple(f"k{number}" for number in range(1, 9))

KEYS = (
    Row("ed25519", tried=(("good", ACCEPTED),)),
    Row("ecdsa", keys=("ecdsa",), tried=(("ecdsa", ACCEPTED),)),
    Row("rsa", keys=("rsa",), tried=(("rsa", ACCEPTED),)),
    Row(
        "a wrong key first",
        keys=("stranger", "good"),
        tried=(("stranger", REFUSED), ("good", ACCEPTED)),
    ),
    Row("a wrong key only", keys=("stranger",), error=DENIED, tried=(("stranger", REFUSED),),
        says=("none of the identities for user ops", "authorized_keys")),
    Row("files that are no keys", keys=("garbage", "missing", "good"),
        tried=(("garbage", "not usable"), ("missing", "cannot be read"), ("good", ACCEPTED))),
    Row("no identity at all", keys=(), error=DENIED,
        says=("none: there is no identity file and no key in an agent",)),
    Row("passphrase given", keys=("locked",), types=("tell me",), prompts=("Passphrase of",),
        tried=(("locked", ACCEPTED),)),
    Row("passphrase wrong", keys=("locked",), types=("no", "no", "no"), error=DENIED,
        says=("passphrase: {file:",), tried=(("locked", "accepted by the host, but wrong"),),
        prompts=("Passphrase of", "Wrong passphrase", "Wrong passphrase")),
    Row("passphrase missing", keys=("locked",), error=DENIED, says=("passphrase: {file:",),
        tried=(("locked", "accepted by the host, but needs a passphrase"),)),
    Row("passphrase missing, next key", keys=("locked", "good"),
        tried=(("locked", "accepted by the host, but"), ("good", ACCEPTED))),
    Row("MaxAuthTries reached", sshd="MaxAuthTries 1", keys=("stranger", "good"), error=DENIED,
        says=("MaxAuthTries", "identityFiles"),
        tried=(("stranger", REFUSED), ("good", "not tried: the host closed after 1"))),
    Row("two keys wanted", sshd="AuthenticationMethods publickey,publickey",
        keys=("good", "rsa"), tried=(("good", ACCEPTED), ("rsa", ACCEPTED))),
    Row("two keys wanted, one had", sshd="AuthenticationMethods publickey,publickey",
        error=DENIED, says=("authenticated with publickey (", "needs publickey")),
)  # fmt: skip

AGENT = (
    Row("agent only", keys=(), agent=("stranger", "good"),
        tried=(("agent: SHA256:", REFUSED), ("agent: SHA256:", ACCEPTED))),
    Row("a public key selects the agent's", sshd="MaxAuthTries 2", keys=("only8.pub",),
        agent=FULL, tried=(("agent: SHA256:", ACCEPTED),)),
    Row("a public key that the agent lacks", keys=("only8.pub",), agent=("stranger",),
        error=DENIED, tried=(("only8.pub", "the agent does not hold the private key"),)),
    Row("a public key without an agent", keys=("only8.pub",), error=DENIED,
        tried=(("only8.pub", "switch the agent off"),)),
    Row("a public key beside its private key", keys=("good.pub",), agent=("stranger",),
        tried=(("good", ACCEPTED),)),
    Row("agent full, named key first", sshd="MaxAuthTries 2", keys=("good",), agent=FULL[:7],
        tried=(("good", ACCEPTED),)),
    Row("agent full, nothing named", sshd="MaxAuthTries 3", keys=(), agent=FULL, error=DENIED,
        says=("too many keys", "selects the agent's key"),
        tried=(*[("agent", REFUSED)] * 3, *[("agent", "not tried: the host closed after 3")] * 5)),
    Row("IdentitiesOnly", sshd="MaxAuthTries 3", keys=("stranger",), agent=FULL,
        ssh={"identities_only": True}, error=DENIED, tried=(("stranger", REFUSED),)),
    Row("IdentityAgent", keys=(), agent=("good",), agent_is="elsewhere",
        ssh={"identity_agent": "{agent}"}, tried=(("agent: SHA256:", ACCEPTED),)),
    Row("agent refuses to sign, next key", keys=("good", "rsa"), agent=("good",),
        agent_is="confirms", tried=(("agent", "the agent refused to sign"), ("rsa", ACCEPTED))),
    Row("agent refuses to sign", keys=(), agent=("good",), agent_is="confirms", error=DENIED,
        says=("confirm the signature",), tried=(("agent", "the agent refused to sign"),)),
    Row("agent locked", keys=(), agent=("good",), agent_is="locked", error=DENIED,
        says=("agent: it holds no key, or is locked",)),
    Row("agent gone", keys=("stranger",), agent=(), agent_is="gone", error=DENIED,
        says=("agent: not usable",)),
)  # fmt: skip

CERTIFICATES = (
    Row("certificate", sshd=TRUST, keys=("certified",),
        tried=(("certified-cert.pub (certificate)", ACCEPTED),)),
    Row("certificate of an RSA key", sshd=f"{TRUST}\nMaxAuthTries 2", keys=("rsa-certified",),
        tried=(("rsa-certified-cert.pub (certificate)", ACCEPTED),)),
    Row("expired certificate, key authorized", sshd=TRUST, keys=("expired",),
        tried=(("expired-cert.pub (certificate expired)", REFUSED), ("expired", ACCEPTED))),
    Row("certificate of others, key authorized", sshd=TRUST, keys=("principal",),
        tried=(("principal-cert.pub (certificate)", REFUSED), ("principal", ACCEPTED))),
    Row("certificate where no CA is trusted", keys=("good-certified",),
        tried=(("good-certified-cert.pub", REFUSED), ("good-certified", ACCEPTED))),
    Row("expired certificate only", sshd=TRUST, keys=("expired-only",), error=DENIED,
        tried=(("expired-only-cert.pub (certificate expired)", REFUSED),
               ("expired-only", REFUSED))),
    Row("certificate of a locked key", sshd=TRUST, keys=("locked-certified",), types=("tell me",),
        prompts=("Passphrase of",), tried=(("locked-certified-cert.pub", ACCEPTED),)),
    Row("certificate beside, key in the agent", sshd=TRUST, keys=("bare.pub",), agent=("bare",),
        tried=(("bare-cert.pub (certificate)", ACCEPTED),)),
    Row("certificate in the agent", sshd=TRUST, keys=(), agent=("certified",),
        tried=(("agent", ACCEPTED),)),
    Row("certificate named", sshd=TRUST, keys=("apart",),
        ssh={"certificate_files": ("{keys}/elsewhere-cert.pub",)},
        tried=(("elsewhere-cert.pub (certificate)", ACCEPTED),)),
    Row("certificate named as identity", sshd=TRUST, keys=("certified-cert.pub",),
        tried=(("certified-cert.pub", ACCEPTED),)),
    Row("certificate without its key", sshd=TRUST, keys=("good",),
        ssh={"certificate_files": ("{keys}/elsewhere-cert.pub",)},
        tried=(("elsewhere-cert.pub", "its private key is missing"), ("good", ACCEPTED))),
    Row("revoked key", sshd="RevokedKeys /etc/ssh/revoked", keys=("revoked",), error=DENIED,
        tried=(("revoked", REFUSED),)),
)  # fmt: skip

FACTORS = (
    Row("second factor", sshd=TWO_FACTORS, pam=OTP, types=("{code}",), prompts=(CODE[:-1],),
        tried=(("good", ACCEPTED), ("keyboard-interactive (Verification code)", ACCEPTED))),
    Row("second factor, nobody there", sshd=TWO_FACTORS, pam=OTP, error=DENIED,
        says=(f"needs a second factor (prompt: {CODE})", "after publickey (", "run interactively"),
        tried=(("good", ACCEPTED), ("keyboard-interactive (Verif", "no answer was given"))),
    Row("second factor wrong", sshd=TWO_FACTORS, pam=OTP, types=("99999999",), error=DENIED,
        says=("authenticated with publickey (", "then refused the answer to Verification code"),
        tried=(("good", ACCEPTED), ("keyboard-interactive", REFUSED)), prompts=(CODE[:-1],)),
    Row("second factor, wrong key first", sshd=TWO_FACTORS, pam=OTP, keys=("stranger", "good"),
        types=("{code}",), prompts=(CODE[:-1],), tried=(("stranger", REFUSED), ("good", ACCEPTED),
        ("keyboard-interactive", ACCEPTED))),
    Row("key and password", sshd=KEY_AND_PASSWORD,
        types=("{password}",), prompts=("Password of ops for SSH",),
        tried=(("good", ACCEPTED), ("password", ACCEPTED))),
    Row("key and password, nobody there",
        sshd=KEY_AND_PASSWORD, error=DENIED,
        says=("needs a second factor (prompt: Password:)",),
        tried=(("good", ACCEPTED), ("password", "no password was given"))),
    Row("key and password of a file", sshd=KEY_AND_PASSWORD,
        password="{password}", tried=(("good", ACCEPTED), ("password", ACCEPTED))),
    Row("password typed", sshd=ONLY_PASSWORD, types=("{password}",),
        prompts=("Password of ops for SSH",), tried=(("password", ACCEPTED),)),
    Row("password of a file", sshd=ONLY_PASSWORD, password="{password}",
        tried=(("password", ACCEPTED),)),
    Row("password wrong", sshd=ONLY_PASSWORD, types=("wrong",), error=DENIED,
        says=("refused the password of ops", "tried once only"), tried=(("password", REFUSED),),
        prompts=("Password of ops",)),
    Row("password of a file wrong", sshd=ONLY_PASSWORD, password="wrong", error=DENIED,
        says=("refused the password of ops", "correct the file"), tried=(("password", REFUSED),)),
    Row("password, nobody there", sshd=ONLY_PASSWORD, error=DENIED,
        says=("wants the SSH password of ops, and none was given", "password: {file:"),
        tried=(("password", "no password was given"),)),
    Row("password asked interactively", sshd=ONLY_INTERACTIVE, pam=PASSWORDS,
        types=("{password}",), prompts=("Password of ops for SSH",),
        tried=(("keyboard-interactive (Password)", ACCEPTED),)),
    Row("password asked interactively, of a file", sshd=ONLY_INTERACTIVE, pam=PASSWORDS,
        password="{password}", tried=(("keyboard-interactive (Password)", ACCEPTED),)),
    Row("password asked interactively, nobody there", sshd=ONLY_INTERACTIVE, pam=PASSWORDS,
        error=DENIED, says=("wants the SSH password of ops",)),
    Row("password and code", sshd=ONLY_INTERACTIVE, pam=f"{PASSWORDS}\n{OTP}",
        password="{password}", types=("{code}",), prompts=(CODE[:-1],),
        tried=(("keyboard-interactive (Verification code)", ACCEPTED),)),
    Row("code only, nobody there", sshd=ONLY_INTERACTIVE, pam=OTP, error=DENIED,
        says=(f"accepts no keys from ops, and asks for: {CODE}",)),
    Row("keys refused, password accepted", sshd=TAKES_PASSWORDS,
        keys=("stranger",), types=("{password}",), prompts=("Password of ops for SSH",),
        tried=(("stranger", REFUSED), ("password", ACCEPTED))),
    Row("keys refused, a password could be", sshd="UsePAM yes\nPasswordAuthentication yes\n"
        "KbdInteractiveAuthentication yes", keys=("stranger",), error=DENIED, pam=PASSWORDS,
        says=("none of the identities", "password: {file:"),
        tried=(("stranger", REFUSED), ("keyboard-interactive or password", "not tried"))),
    Row("password refused by all ways", pam=PASSWORDS, keys=("stranger",), types=("wrong",),
        sshd="UsePAM yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication yes",
        prompts=("Password of ops",), error=DENIED),
    Row("password expired", sshd=ONLY_INTERACTIVE, pam=PASSWORDS, user="stale",
        types=("{password}",), prompts=("Password of stale",), error=DENIED,
        tried=(("keyboard-interactive", "the password has expired"),)),
    Row("a method that is not to be had", sshd="AuthenticationMethods publickey,hostbased\n"
        "HostbasedAuthentication yes", error=DENIED,
        says=("authenticated with publickey (", "needs hostbased", "AuthenticationMethods")),
    Row("prompts of a hostile host", sshd=TWO_FACTORS, types=("{code}",), prompts=(CODE[:-1],),
        pam=f"auth optional pam_echo.so file=/etc/ssh/hostile\n{OTP}"),
)  # fmt: skip

ACCOUNTS = (
    Row("wrong user", user="nobody-there", error=DENIED, tried=(("good", REFUSED),),
        says=("for user nobody-there",)),
    Row("AllowUsers", sshd="AllowUsers others", error=DENIED, tried=(("good", REFUSED),)),
    Row("DenyUsers", sshd="DenyUsers ops", error=DENIED, tried=(("good", REFUSED),)),
    Row("PermitRootLogin no", sshd="PermitRootLogin no", user="root", error=DENIED,
        says=("PermitRootLogin",)),
    Row("PermitRootLogin prohibit-password", sshd="PermitRootLogin prohibit-password",
        user="root", tried=(("good", ACCEPTED),)),
    Row("PermitRootLogin forced-commands-only", sshd="PermitRootLogin forced-commands-only",
        user="root", tried=(("good", ACCEPTED),), runs="the connection was lost"),
    Row("ForceCommand", sshd="ForceCommand echo no shell for you", tried=(("good", ACCEPTED),),
        runs="no script could be started"),
    Row("AuthorizedKeysFile none", sshd="AuthorizedKeysFile none", error=DENIED,
        tried=(("good", REFUSED),), says=("authorized_keys",)),
    Row("from= of others", keys=("from",), error=DENIED, tried=(("from", REFUSED),)),
    Row("account expired", sshd="UsePAM yes", user="expired", error=DENIED,
        says=("the account is not", "chage -l expired", "account has expired"),
        tried=(("good", "accepted by the host, which then ended the connection"),)),
    Row("nologin", sshd="UsePAM yes", error=DENIED, says=("the host says: back at six",),
        pam="account required pam_nologin.so file=/etc/ssh/nologin"),
    Row("banner", sshd="Banner /etc/ssh/hostile", keys=("stranger",), error=DENIED,
        says=("the host says: please log in as ubuntu",)),
    Row("PubkeyAcceptedAlgorithms without ours", sshd="PubkeyAcceptedAlgorithms rsa-sha2-512",
        error=DENIED, tried=(("good", REFUSED),)),
    Row("PubkeyAuthentication no", sshd="PubkeyAuthentication no\nPasswordAuthentication no",
        error=DENIED, says=("accepts neither public keys nor passwords",)),
)  # fmt: skip

CONNECTIONS = (
    Row("no key exchange shared", sshd="KexAlgorithms diffie-hellman-group1-sha1",
        error="ConnectionFailed", says=("shares no algorithm",)),
    Row("no host key shared", sshd="HostKeyAlgorithms ssh-rsa", error="ConnectionFailed",
        says=("before it showed a host key", "ssh -v")),
    Row("no cipher shared", sshd="Ciphers aes256-cbc", error="ConnectionFailed",
        says=("shares no algorithm",)),
    Row("port closed", port=NOTHING, error="ConnectionFailed",
        says=("the connection was refused", "listens on port")),
    Row("port not SSH", port="HTTP/1.1 400 Bad Request\\r\\n\\r\\n", error="ConnectionFailed",
        says=("does not speak SSH", "ssh: {port: …}")),
    Row("port that closes at once", port=CLOSE, error="Throttled",
        says=("closed before a word", "MaxStartups", "fail2ban", "is not sshd's")),
    Row("sshd that penalises", port="Not allowed at this time\\r\\n", error="Throttled",
        says=("PerSourcePenalties", "the host says: Not allowed at this time")),
    Row("unknown host key", ssh={"fingerprint": "SHA256:" + "A" * 43}, error="HostKeyRefused",
        says=("does not match the fingerprint",)),
    Row("MaxStartups reached", sshd="MaxStartups 1:100:1", error="Throttled",
        says=("too many logins are under way there at once (MaxStartups)",)),
)  # fmt: skip

ROWS = (*KEYS, *AGENT, *CERTIFICATES, *FACTORS, *ACCOUNTS, *CONNECTIONS)
