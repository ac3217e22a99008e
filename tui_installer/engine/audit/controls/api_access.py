"""1.2, first part: who gets in at the API server, and who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.engine.audit.control import (
    Control,
    api,
    failed,
    files_named,
    flag_is,
    judged,
    passed,
    said,
    shortened,
)
from tui_installer.engine.audit.host import blocks

if TYPE_CHECKING:
    from tui_installer.engine.audit.control import Check
    from tui_installer.engine.audit.host import Program
    from tui_installer.model.audit import Verdict

HEALTH = frozenset({"/livez", "/readyz", "/healthz"})


def _anonymous(program: Program) -> Verdict:
    """Off by the flag, or by the file, or for nothing but the health of the API server."""
    if "anonymous-auth" in program.flags or "authentication-config" not in program.flags:
        on = program.flags.true("anonymous-auth", default=True)
        return judged(not on, said(program, "anonymous-auth"))
    path = program.flags.get("authentication-config")
    config = program.config(path)
    if config is None:
        return failed(f"{shortened(path)} cannot be read")
    anonymous = config.get("anonymous")
    paths = _paths(anonymous)
    if isinstance(anonymous, dict) and anonymous.get("enabled") is False:
        return passed(f"{path}: anonymous requests are off")
    if paths and set(paths) <= HEALTH:
        return passed(f"{path}: anonymous requests reach {', '.join(paths)} only")
    return failed(f"{path}: anonymous requests are taken")


def _paths(anonymous: Any) -> list[str]:
    return [str(one.get("path")) for one in blocks(anonymous, "conditions")]


def _no_token_file(program: Program) -> Verdict:
    return judged("token-auth-file" not in program.flags, said(program, "token-auth-file"))


def _modes(program: Program) -> tuple[str, tuple[str, ...]]:
    """(where it is said, the authorizers); without either every request is allowed."""
    if "authorization-config" not in program.flags:
        modes = program.flags.many("authorization-mode")
        return said(program, "authorization-mode"), modes or ("AlwaysAllow",)
    path = program.flags.get("authorization-config")
    types = [str(one.get("type")) for one in blocks(program.config(path), "authorizers")]
    return f"{path}: {shortened(', '.join(types)) or 'cannot be read'}", tuple(types)


def _has_mode(mode: str) -> Check:
    def check(program: Program) -> Verdict:
        where, modes = _modes(program)
        return judged(mode in modes, where)

    return check


def _not_all_allowed(program: Program) -> Verdict:
    where, modes = _modes(program)
    return judged(bool(modes) and "AlwaysAllow" not in modes, where)


CONTROLS = (
    Control("1.2.1", "Requests without credentials are refused",
            "--anonymous-auth=false; health probes then need a client certificate",
            api(_anonymous)),
    Control("1.2.2", "No fixed tokens in a file",
            "leave --token-auth-file out; nodes join by bootstrap tokens, which end",
            api(_no_token_file)),
    Control("1.2.4", "The API server shows kubelets a certificate",
            "--kubelet-client-certificate and --kubelet-client-key",
            api(files_named("kubelet-client-certificate", "kubelet-client-key"))),
    Control("1.2.5", "Kubelets' certificates are checked",
            "--kubelet-certificate-authority", api(files_named("kubelet-certificate-authority"))),
    Control("1.2.6", "Not every request is allowed",
            "--authorization-mode=Node,RBAC, without AlwaysAllow", api(_not_all_allowed)),
    Control("1.2.7", "A kubelet reaches only what its own pods need",
            "--authorization-mode=Node,RBAC", api(_has_mode("Node"))),
    Control("1.2.8", "Rights come by roles", "--authorization-mode=Node,RBAC",
            api(_has_mode("RBAC"))),
    Control("1.2.21", "A deleted service account's token ends with it",
            "leave --service-account-lookup out, or set it to true",
            api(flag_is("service-account-lookup", wanted=True, default=True))),
    Control("1.2.22", "Service account tokens have a key of their own",
            "--service-account-key-file", api(files_named("service-account-key-file"))),
    Control("1.2.25", "Clients can show certificates, which are checked",
            "--client-ca-file", api(files_named("client-ca-file"))),
    Control("1.2.30", "Service account tokens end when they say so",
            "--service-account-extend-token-expiration=false",
            api(flag_is("service-account-extend-token-expiration", wanted=False, default=True))),
)  # fmt: skip
