"""What login shells, sudo, doas and su print when they refuse, in the C locale: text → cause."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """pattern: in what was printed. program: that prints it, '' for any. USER, SSH, PROGRAM."""

    pattern: str
    cause: str
    hint: str
    program: str = ""

    def matches(self, program: str, said: str) -> bool:
        return self.program in ("", program) and bool(re.search(self.pattern, said, re.IGNORECASE))


_ALLOW = "allow it in /etc/sudoers.d: USER ALL=(ALL) NOPASSWD: ALL"
_DOAS = "allow it in /etc/doas.conf: permit nopass USER"
_REINSTALL = "as root there: chmod 4755 the program, or install its package again"

# sudo's src/sudo.c, plugins/sudoers/{logging,check,sudoers}.c, auth/pam.c; sudo-rs' src/sudo.
SUDO = (
    Refusal(
        r"syntax error|parse error|no valid sudoers sources|sudoers.*(writable|owned by|permission"
        r"|mode 0)|invalid option|error initializing",
        "its configuration (sudoers) has an error",
        "as root there: visudo -c shows file and line",
    ),
    Refusal("is not in the sudoers file|i'm sorry .*i'm afraid", "it is not in sudoers", _ALLOW),
    Refusal(
        r"is not allowed to execute|is not allowed to run .* as|not allowed to .*as root",
        "sudoers lets it run some commands as root, but not sh",
        _ALLOW,
    ),
    Refusal("may not run sudo|not allowed to run sudo", "sudoers does not let it", _ALLOW),
    Refusal(
        "must have a tty",
        "sudoers has requiretty, and sudo found no terminal",
        "exempt it in /etc/sudoers.d: Defaults:USER !requiretty",
    ),
    Refusal(
        "account or password is expired|account validation failure|account expired",
        "its account or password has expired, or is locked",
        "as root there: chage -l USER shows which; chage -E -1 -M -1 USER, passwd -u USER",
    ),
    Refusal(
        "no new privileges",
        "the login is confined (no new privileges)",
        "sshd, or the container it runs in, has NoNewPrivileges: remove that, or log in as root",
    ),
    Refusal(
        "must be owned by uid 0 and have the setuid bit",
        "sudo there is not setuid root",
        _REINSTALL,
    ),
    Refusal(
        "effective uid is not 0|nosuid",
        "sudo there has no effect: it is not setuid root, or its file system is mounted nosuid",
        "mount it without nosuid, or chmod 4755 sudo; or log in as root",
    ),
    Refusal(
        r"PAM \w+ error|unable to initialize PAM|module is unknown|cannot retrieve auth",
        "the PAM configuration of PROGRAM has an error",
        "as root there: check /etc/pam.d/PROGRAM and its modules; journalctl -t PROGRAM",
    ),
)
# opendoas' doas.c, parse.y; util-linux' login-utils/su-common.c.
DOAS = (
    Refusal("operation not permitted", "doas.conf has no rule for it", _DOAS, "doas"),
    Refusal(
        "not enabled|could not open config|no such file",
        "doas has no configuration",
        _DOAS,
        "doas",
    ),
    Refusal("not installed setuid", "doas there is not setuid root", _REINSTALL, "doas"),
    Refusal(
        "syntax error|is writable by|not owned by root",
        "its configuration (doas.conf) has an error",
        "as root there: doas -C /etc/doas.conf shows it",
        "doas",
    ),
)
SU = (
    Refusal(
        "permission denied",
        "su does not let it (pam_wheel)",
        "as root there: add USER to the group wheel (or sudo), see /etc/pam.d/su",
        "su",
    ),
    Refusal("must be suid", "su there is not setuid root", _REINSTALL, "su"),
    Refusal(
        "no longer valid|account.*(expired|locked)|password.*expired",
        "root's password has expired, or is locked",
        "as root there: passwd root, passwd -u root",
        "su",
    ),
)
ALL = (*DOAS, *SU, *SUDO)

# pam_unix, util-linux' nologin, bash -r, OpenSSH's sftp-server.
LOGIN_SHELL = (
    Refusal(
        r"password (has )?expired|change required|required to change your password|must change your"
        r" password",
        "the password of the login user has expired",
        "log in once and change it: SSH",
    ),
    Refusal(
        "account is currently not available|account is not available|this account is disabled",
        "the login shell is nologin: this user may not log in",
        "set another `ssh: {user: …}`, or as root there: usermod -s /bin/sh USER",
    ),
    Refusal(
        r"restricted|\bsh: (command )?not found|unknown command: sh",
        "the login shell is a restricted one, which may not start sh",
        "set another `ssh: {user: …}`, or as root there: usermod -s /bin/sh USER",
    ),
    Refusal(
        "sftp connections only|only sftp",
        "sshd lets this user transfer files only (ForceCommand internal-sftp)",
        "set another `ssh: {user: …}`, or exempt USER in sshd_config",
    ),
)
