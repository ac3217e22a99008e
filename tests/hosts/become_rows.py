"""Login shells and configurations of sudo, doas, su and PAM as data: a row a case."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.spec import SudoMode

PASSWORD = "correct horse"
ROOT_PASSWORD = "battery staple"
CODES = ("12345678", "23456789", "34567890")


@dataclass(frozen=True)
class Row:
    """One login user and what becomes of it.

    setup: run as root, $U is the user. files: path → text; $U is replaced. group: of the user.
    typed: what the user types, in order; None: no user is there. root: the expected state, '' for
    a refusal that says `cause` and hints at `hint`. prompts: parts of what is asked, in order.
    packages: Debian packages it takes. sudoers: the user's own file in /etc/sudoers.d.
    """

    name: str
    root: str = ""
    cause: str = ""
    hint: str = ""
    sudoers: str = ""
    setup: str = ""
    undo: str = ""
    bashrc: str = ""
    shell: str = "/bin/bash"
    mode: SudoMode = SudoMode.AUTO
    typed: tuple[str, ...] | None = ()
    prompts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    key_options: str = ""
    never: str = "refused the password"


FREE = "$U ALL=(ALL) NOPASSWD: ALL\n"
ASKS = "$U ALL=(ALL) ALL\n"
TYPED = (PASSWORD,)
ROOTS = (ROOT_PASSWORD,)
WITH_PASSWORD = "sudo with password"
PAM = "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n"
OTP = "auth required pam_google_authenticator.so nullok\n"
GOOGLE = ("libqrencode4", "libpam-google-authenticator")


def pam(program: str, text: str) -> tuple[str, str]:
    """(setup, undo) of another PAM configuration of one program."""
    file = f"/etc/pam.d/{program}"
    return f"cp {file} {file}.away; printf '{text}' >{file}", f"mv {file}.away {file}"


def otp(
    program: str, before: str = "", home: str = "/home/$U", owner: str = "$U"
) -> tuple[str, str]:
    """(setup, undo) of one-time codes, after what is asked before them."""
    setup, undo = pam(program, before + OTP + PAM.partition("\n")[2])
    codes = "\\n".join(CODES)
    file = f"{home}/.google_authenticator"
    secret = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    own = f"printf '{secret}\\n\" TOTP_AUTH\\n{codes}\\n' >{file}; chmod 400 {file}"
    return f"{setup}; {own}; chown {owner} {file}", undo


def with_setup(pair: tuple[str, str], **rest: object) -> dict[str, object]:
    """Arguments of a Row from (setup, undo)."""
    return {"setup": pair[0], "undo": pair[1], **rest}


LOUD = "head -c 300000 /dev/zero | tr '\\0' x; "
SHELLS = (
    Row("noise without a newline", "sudo", sudoers=FREE, bashrc='echo -n "[prod] "'),
    Row("noise on both streams", "sudo", sudoers=FREE, bashrc="echo out; echo err >&2"),
    Row("much noise", "sudo", sudoers=FREE, bashrc=f"{LOUD} {{ {LOUD} }} >&2"),
    Row("noise like an answer", "sudo", sudoers=FREE, bashrc="echo 0; printf 'end\\n\\0'"),
    Row(
        "noise like a prompt",
        WITH_PASSWORD,
        sudoers=ASKS,
        bashrc='echo -n "[sudo] password for root: " >&2; sleep 1',
        typed=TYPED,
        prompts=("Password of $U for sudo",),
    ),
    Row("a start-up file exits", cause="exits if the shell is not interactive", sudoers=FREE,
        hint="use return instead of exit", bashrc="case $- in *i*) ;; *) exit;; esac"),
    Row("a start-up file fails", cause="ended with status 3", sudoers=FREE, bashrc="exit 3",
        hint="must print it-works"),
    Row("a start-up file asks", cause="waits for input", sudoers=FREE,
        bashrc='read -p "Continue? " answer', hint="~/.bashrc"),
    Row("a start-up file starts another shell", cause="starts another program", sudoers=FREE,
        bashrc="exec dash", hint="~/.bashrc"),
    Row("a cloud image's notice", cause="the host says to log in as ubuntu",
        hint="user: ubuntu", sudoers=FREE,
        key_options='command="echo \'Please login as the user \\"ubuntu\\" rather than the user '
        '\\"root\\".\'; echo; sleep 1; exit 142" '),
    Row("a forced command", cause="has a forced command", hint="use another key", sudoers=FREE,
        key_options='command="date" '),
    Row("a restricted key", "sudo", sudoers=FREE, key_options="restrict "),
    Row("nologin", cause="the login shell is nologin", hint="usermod -s",
        shell="/usr/sbin/nologin"),
    Row("false", cause="ended with status 1", hint="must print it-works", shell="/bin/false"),
    Row("rbash", "sudo", sudoers=FREE, shell="/bin/rbash"),
    Row("rbash without sh", cause="a restricted one", sudoers=FREE, shell="/bin/rbash",
        bashrc="PATH=/nowhere", hint="usermod -s"),
    Row("dash", "sudo", sudoers=FREE, shell="/bin/dash"),
    Row("zsh", "sudo", sudoers=FREE, shell="/usr/bin/zsh", packages=("zsh-common", "zsh"),
        setup="echo 'echo -n noise' >/home/$U/.zshenv"),
    Row("tcsh", "sudo", sudoers=FREE, shell="/usr/bin/tcsh", packages=("tcsh",),
        setup="echo 'echo noise' >/home/$U/.cshrc"),
    Row("tcsh with a password", WITH_PASSWORD, sudoers=ASKS, shell="/usr/bin/tcsh", typed=TYPED,
        packages=("tcsh",)),
    Row("an expired login", cause="the password of the login user has expired",
        hint="-t", sudoers=FREE, setup="chage -d 0 $U"),
)  # fmt: skip

SUDO = (
    Row("NOPASSWD", "sudo", sudoers=FREE),
    Row("a password", WITH_PASSWORD, sudoers=ASKS, typed=TYPED,
        prompts=("Password of $U for sudo",)),
    Row("!authenticate", "sudo", sudoers=f"{ASKS}Defaults:$U !authenticate\n"),
    Row("a wrong password", cause="sudo refused the password", sudoers=ASKS, typed=("no",),
        hint="type the right one", never="targetpw"),
    Row("a wrong password, one try", cause="sudo refused the password", typed=("no",),
        sudoers=f"{ASKS}Defaults:$U passwd_tries=1\n", hint="type the right one", never="targetpw"),
    Row("insults for a wrong password", cause="sudo refused the password", typed=("no",),
        sudoers=f'{ASKS}Defaults:$U badpass_message="Nein."\n', hint="right one", never="targetpw"),
    Row("no one to ask", cause="sudo wants the password of $U, and none was given", typed=None,
        sudoers=ASKS, hint="sudo: {password: {file"),
    Row("requiretty", "sudo with password", sudoers=f"{FREE}Defaults:$U requiretty\n"),
    Row("requiretty and a password", WITH_PASSWORD, typed=TYPED,
        sudoers=f"{ASKS}Defaults:$U requiretty\n", prompts=("Password of $U for sudo",)),
    Row("requiretty and a wrong password", cause="sudo refused the password", typed=("no",),
        sudoers=f"{ASKS}Defaults:$U requiretty\n", hint="right one", never="targetpw"),
    Row("requiretty, and sshd grants none", cause="wants a terminal, and sshd grants none",
        sudoers=f"{FREE}Defaults:$U requiretty\n", hint="remove requiretty", key_options="no-pty "),
    Row("targetpw", WITH_PASSWORD, sudoers=f"{ASKS}Defaults:$U targetpw\n", typed=ROOTS,
        prompts=("Password of root for sudo",)),
    Row("rootpw", WITH_PASSWORD, sudoers=f"{ASKS}Defaults:$U rootpw\n", typed=ROOTS,
        prompts=("Password of root for sudo",)),
    Row("runaspw", WITH_PASSWORD, sudoers=f"{ASKS}Defaults:$U runaspw\n", typed=ROOTS,
        prompts=("Password of root for sudo",)),
    Row("targetpw and the user's own", cause="sudo refused the password of root", typed=TYPED,
        sudoers=f"{ASKS}Defaults:$U targetpw\n", hint="targetpw", never="nothing of the kind"),
    Row("targetpw, no one to ask", cause="sudo wants the password of root", typed=None,
        sudoers=f"{ASKS}Defaults:$U targetpw\n", hint="password: {file"),
    Row("a lecture", WITH_PASSWORD, sudoers=f"{ASKS}Defaults:$U lecture=always\n", typed=TYPED),
    Row("a prompt of the site", WITH_PASSWORD, typed=TYPED,
        sudoers=f'{ASKS}Defaults:$U passprompt="Your AD password, %u@%h: "\n'),
    Row("another language", WITH_PASSWORD, typed=TYPED,
        sudoers=f'{ASKS}Defaults:$U passprompt="[sudo] Passwort für %p: "\n'),
    Row("no ticket", WITH_PASSWORD, typed=TYPED,
        sudoers=f"{ASKS}Defaults:$U timestamp_timeout=0\n"),
    Row("use_pty", WITH_PASSWORD, sudoers=f"{ASKS}Defaults:$U use_pty\n", typed=TYPED),
    Row("not use_pty", WITH_PASSWORD, sudoers=f"{ASKS}Defaults:$U !use_pty\n", typed=TYPED),
    Row("log_input", "sudo", sudoers=f"{FREE}Defaults:$U log_input, log_output\n"),
    Row("pwfeedback on a terminal", WITH_PASSWORD, typed=TYPED,
        sudoers=f"{ASKS}Defaults:$U requiretty, pwfeedback\n"),
    Row("secure_path", "sudo", sudoers=f'{FREE}Defaults:$U secure_path="/usr/bin:/bin"\n'),
    Row("not in sudoers", cause="it is not in sudoers", typed=TYPED, hint="/etc/sudoers.d: $U"),
    Row("some commands only", cause="but not sh", typed=TYPED, hint="/etc/sudoers.d: $U",
        sudoers="$U ALL=(ALL) NOPASSWD: /usr/bin/true\n"),
    Row("sh without a password", "sudo", sudoers="$U ALL=(ALL) NOPASSWD: /bin/sh, /usr/bin/sh\n"),
    Row("NOEXEC", cause="may start no programs", hint="NOEXEC",
        sudoers="$U ALL=(ALL) NOPASSWD: NOEXEC: ALL\n"),
    Row("an expired account", cause="has expired", hint="chage", sudoers=FREE,
        setup="mv /etc/pam.d/sshd /etc/pam.d/sshd.away; grep -v account /etc/pam.d/sshd.away "
        ">/etc/pam.d/sshd; echo 'account required pam_permit.so' >>/etc/pam.d/sshd; chage -E 0 $U",
        undo="mv /etc/pam.d/sshd.away /etc/pam.d/sshd"),
    Row("sudo missing", cause="sudo is not installed", hint="install it", sudoers=FREE,
        mode=SudoMode.SUDO, setup="mv /usr/bin/sudo /usr/bin/sudo.away",
        undo="mv /usr/bin/sudo.away /usr/bin/sudo"),
    Row("an error in sudoers", cause="(sudoers) has an error", hint="visudo", typed=TYPED,
        setup="echo '$U ALL=(ALL NOPASSWD: ALL' >/etc/sudoers.d/zz; mv /etc/sudoers /etc/s.away; "
        "echo 'what is this' >/etc/sudoers; chmod 440 /etc/sudoers",
        undo="rm /etc/sudoers.d/zz; mv /etc/s.away /etc/sudoers"),
    Row("not setuid", cause="not setuid root", hint="4755", sudoers=FREE,
        setup="chmod 755 /usr/bin/sudo", undo="chmod 4755 /usr/bin/sudo"),
    Row("nosuid", cause="nosuid", hint="nosuid", sudoers=FREE,
        setup="mount --bind /usr/bin /usr/bin; mount -o remount,bind,nosuid /usr/bin",
        undo="umount -l /usr/bin"),
    Row("a broken PAM", cause="PAM configuration of sudo", hint="/etc/pam.d/sudo", sudoers=ASKS,
        **with_setup(pam("sudo", "auth required pam_no_such.so\\n"))),
    Row("switched off", cause="switched off in the answers", hint="mode: auto", sudoers=FREE,
        mode=SudoMode.NEVER),
    Row("a one-time code", WITH_PASSWORD, sudoers=ASKS, typed=CODES[:1], packages=GOOGLE,
        prompts=("sudo on become01 asks: Verification code:",), **with_setup(otp("sudo"))),
    Row("a password and a code", WITH_PASSWORD, sudoers=ASKS, typed=(PASSWORD, CODES[1]),
        prompts=("Password of $U for sudo", "Verification code:"), packages=GOOGLE,
        **with_setup(otp("sudo", "auth required pam_unix.so\\n"))),
    Row("a code, no one to ask", cause="asks for more than a password: Verification code:",
        sudoers=ASKS, typed=None, hint="in a terminal", packages=GOOGLE, **with_setup(otp("sudo"))),
)  # fmt: skip

DOAS_PACKAGES = ("opendoas", "doas")
NO_DOAS = "rm -f /etc/doas.conf"
DOAS = (
    Row("doas without a password", "doas", mode=SudoMode.DOAS, packages=DOAS_PACKAGES,
        setup="echo permit nopass $U >/etc/doas.conf", undo=NO_DOAS),
    Row("doas with a password", "doas with password", mode=SudoMode.DOAS, packages=DOAS_PACKAGES,
        setup="echo permit $U >/etc/doas.conf", undo=NO_DOAS, typed=TYPED,
        prompts=("Password of $U for doas",)),
    Row("doas with a wrong password", cause="doas refused the password", mode=SudoMode.DOAS,
        setup="echo permit $U >/etc/doas.conf", undo=NO_DOAS, typed=("no",), packages=DOAS_PACKAGES,
        hint="right one", never="targetpw"),
    Row("doas without a rule", cause="doas.conf has no rule", mode=SudoMode.DOAS, hint="permit",
        setup="echo permit nopass other >/etc/doas.conf", undo=NO_DOAS, packages=DOAS_PACKAGES),
    Row("doas without doas.conf", cause="doas has no configuration", mode=SudoMode.DOAS,
        setup=NO_DOAS, undo=NO_DOAS, hint="permit nopass $U", packages=DOAS_PACKAGES),
    Row("doas where sudo is missing", "doas", packages=DOAS_PACKAGES,
        setup="echo permit nopass $U >/etc/doas.conf; mv /usr/bin/sudo /usr/bin/sudo.away",
        undo=f"mv /usr/bin/sudo.away /usr/bin/sudo; {NO_DOAS}"),
    Row("doas is not there", cause="doas is not installed", mode=SudoMode.DOAS, hint="install it",
        packages=DOAS_PACKAGES,
        setup="mv /usr/bin/doas /usr/bin/doas.away", undo="mv /usr/bin/doas.away /usr/bin/doas"),
)  # fmt: skip
SU = (
    Row("su", "su", mode=SudoMode.SU, typed=ROOTS, prompts=("Password of root for su",)),
    Row("su with noise", "su", mode=SudoMode.SU, typed=ROOTS, bashrc="echo -n noise; echo x >&2"),
    Row("su with a wrong password", cause="su refused the password of root", mode=SudoMode.SU,
        typed=("no",), hint="right one", never="targetpw"),
    Row("su, no one to ask", cause="su wants the password of root", mode=SudoMode.SU, typed=None,
        hint="password: {file"),
    Row("su for the group wheel", cause="pam_wheel", mode=SudoMode.SU, typed=ROOTS, hint="group",
        setup="groupadd -f wheel; sed -i.away '1i auth required pam_wheel.so' /etc/pam.d/su",
        undo="mv /etc/pam.d/su.away /etc/pam.d/su"),
    Row("su with a code", "su", mode=SudoMode.SU, typed=(CODES[0],), packages=GOOGLE,
        prompts=("su on become01 asks: Verification code:",),
        **with_setup(otp("su", home="/root", owner="root"))),
)  # fmt: skip
ROWS = SHELLS + SUDO + DOAS + SU
