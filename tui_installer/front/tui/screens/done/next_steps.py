"""What to do with the new cluster: use it, find its files, join nodes. Commands to copy."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING

from textual.content import Content

from tui_installer.front.tui.widgets.yaml_text import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tui_installer.actions.runs.outcome import Outcome
    from tui_installer.model.spec import Spec

FILE = "bootstrap.kubeconfig"
TITLE, CODE, QUIET = "bold $text-primary", "$text-accent", "$state-skip"


def use(spec: Spec, outcome: Outcome | None, answers: Path | None) -> Content:
    """Returns the kubeconfig, the first commands, and the paths of all files."""
    path = outcome.path("kubeconfig") if outcome else None
    files = (*(outcome.files if outcome else ()), *([("answers", answers)] if answers else ()))
    lines = [
        _title("Administrator's kubeconfig"),
        *(
            [_code(f"export KUBECONFIG={shlex.quote(str(path))}")]
            if path
            else [Content("  not there yet: the run writes it")]
        ),
        _code("kubectl get --raw '/readyz?verbose'"),
        _code("kubectl get componentstatuses"),
        Content(""),
        _title(f"API: {spec.api_url}"),
        Content(f"Cluster {spec.name}, Kubernetes {spec.version}, {len(spec.masters)} masters"),
        Content(""),
        _title("Files"),
        *_files(files),
        Content.styled(
            "Keep the session folder: it holds the CAs. Press s to save the answers.", QUIET
        ),
    ]
    return Content("\n").join(lines)


def _files(files: tuple[tuple[str, Path], ...]) -> Iterable[Content]:
    width = max((len(what) for what, _ in files), default=0)
    return [Content(f"{what:<{width}}  {path}") for what, path in files]


def join(spec: Spec, outcome: Outcome | None, *, shown: bool) -> Content:
    """Returns how a node joins. shown: show the whole token, else only its public part."""
    kept = outcome.token if outcome else None
    if kept is None or kept.token is None:
        trouble = kept.trouble if kept else ""
        return Content(trouble or "There is no token yet: the run generates it.")
    from tui_installer.actions.runs import outcome as files  # noqa: PLC0415 - not before it is needed

    cfg = spec.layout.cfg
    token = kept.token.reveal().decode() if shown else kept.masked
    return Content("\n").join([
        Content.assemble(("Token  ", TITLE), token, f"  {'v hides it' if shown else 'v shows it'}"),
        Content.styled(_ends(kept.expires), "$text-warning" if kept.expires else QUIET),
        Content(""),
        _title(f"1  Press b to save {FILE} here, 0600: it holds the CA and the token"),
        _title("2  On each node, with kubelet and a container runtime installed"),
        _code(f"scp {FILE} \\\n    root@NODE:{cfg(FILE)}"),
        _code(
            f"kubelet --bootstrap-kubeconfig={cfg(FILE)} \\\n"
            f"    --kubeconfig={cfg('kubelet.kubeconfig')} …"
        ),
        _title("3  The node's request is approved automatically; watch it join"),
        _code("kubectl get csr && kubectl get nodes --watch"),
        Content(""),
        _title(f"Contents of {FILE}"),
        yaml_text(files.join_text(spec, token)),
    ])  # fmt: skip


def _ends(expires: int) -> str:
    from tui_installer.actions.token_view import moment, span  # noqa: PLC0415 - see join

    if not expires:
        return "This token is valid until it is revoked."
    left = expires - time.time()
    if left <= 0:
        return f"This token expired at {moment(expires)}; generate a new one on the Token page."
    return f"This token is valid until {moment(expires)}, {span(left)} from now."


def _title(text: str) -> Content:
    return Content.styled(text, TITLE)


def _code(text: str) -> Content:
    return Content.styled(f"  {text}", CODE)
