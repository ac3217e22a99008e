"""1.2, first part: authentication and authorization of the API server."""

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
    """Passes if the flag or the file switches them off or limits them to health checks."""
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
    return failed(f"{path}: anonymous requests are accepted")


def _paths(anonymous: Any) -> list[str]:
    return [str(one.get("path")) for one in blocks(anonymous, "conditions")]


def _no_token_file(program: Program) -> Verdict:
    return judged("token-auth-file" not in program.flags, said(program, "token-auth-file"))


def _modes(program: Program) -> tuple[str, tuple[str, ...]]:
    """(evidence, the authorizers); AlwaysAllow if none is configured."""
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
    Control("1.2.1", "API server anonymous requests: off or health checks only",
            "--anonymous-auth=false; health probes then need a client certificate",
            api(_anonymous)),
    Control("1.2.2", "API server static token file: not used",
            "remove --token-auth-file; nodes join with bootstrap tokens, which expire",
            api(_no_token_file)),
    Control("1.2.4", "API server client certificate for kubelets: set",
            "--kubelet-client-certificate and --kubelet-client-key",
            api(files_named("kubelet-client-certificate", "kubelet-client-key"))),
    Control("1.2.5", "API server verification of kubelet certificates: on",
            "--kubelet-certificate-authority", api(files_named("kubelet-certificate-authority"))),
    Control("1.2.6", "API server authorization: AlwaysAllow not used",
            "--authorization-mode=Node,RBAC, without AlwaysAllow", api(_not_all_allowed)),
    Control("1.2.7", "API server authorization: Node authorizer on",
            "--authorization-mode=Node,RBAC", api(_has_mode("Node"))),
    Control("1.2.8", "API server authorization: RBAC on", "--authorization-mode=Node,RBAC",
            api(_has_mode("RBAC"))),
    Control("1.2.21", "Service account lookup for tokens: on",
            "remove --service-account-lookup, or set it to true",
            api(flag_is("service-account-lookup", wanted=True, default=True))),
    Control("1.2.22", "Service account key file of the API server: set",
            "--service-account-key-file", api(files_named("service-account-key-file"))),
    Control("1.2.25", "API server client CA file: set",
            "--client-ca-file", api(files_named("client-ca-file"))),
    Control("1.2.30", "Service account token expiration: not extended",
            "--service-account-extend-token-expiration=false",
            api(flag_is("service-account-extend-token-expiration", wanted=False, default=True))),
)  # fmt: skip
