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
    """The kubeconfig, commands to begin with, and where everything lies."""
    path = outcome.path("kubeconfig") if outcome else None
    files = (*(outcome.files if outcome else ()), *([("answers", answers)] if answers else ()))
    lines = [
        _title("Use it: the kubeconfig of an administrator"),
        *(
            [_code(f"export KUBECONFIG={shlex.quote(str(path))}")]
            if path
            else [Content("  made by the run; there is none yet")]
        ),
        _code("kubectl get --raw '/readyz?verbose'"),
        _code("kubectl get componentstatuses"),
        Content(""),
        _title(f"The API: {spec.api_url}"),
        Content(f"Cluster {spec.name}, Kubernetes {spec.version}, {len(spec.masters)} masters"),
        Content(""),
        _title("Where things are"),
        *_files(files),
        Content.styled("Keep the session folder: it holds the CAs. s saves the answers.", QUIET),
    ]
    return Content("\n").join(lines)


def _files(files: tuple[tuple[str, Path], ...]) -> Iterable[Content]:
    width = max((len(what) for what, _ in files), default=0)
    return [Content(f"{what:<{width}}  {path}") for what, path in files]


def join(spec: Spec, outcome: Outcome | None, *, shown: bool) -> Content:
    """How a node joins. shown: whether the token is told; else only its public part."""
    kept = outcome.token if outcome else None
    if kept is None or kept.token is None:
        trouble = kept.trouble if kept else ""
        return Content(trouble or "There is no token yet: the run makes it.")
    from tui_installer.actions.runs import outcome as files  # noqa: PLC0415 - not before it is needed

    cfg = spec.layout.cfg
    token = kept.token.reveal().decode() if shown else kept.masked
    return Content("\n").join([
        Content.assemble(("Token  ", TITLE), token, f"  {'v hides it' if shown else 'v shows it'}"),
        Content.styled(_ends(kept.expires), "$text-warning" if kept.expires else QUIET),
        Content(""),
        _title(f"1  b saves {FILE} here, 0600: it holds the CA and the token"),
        _title("2  On each node, with kubelet and a container runtime installed"),
        _code(f"scp {FILE} \\\n    root@NODE:{cfg(FILE)}"),
        _code(
            f"kubelet --bootstrap-kubeconfig={cfg(FILE)} \\\n"
            f"    --kubeconfig={cfg('kubelet.kubeconfig')} …"
        ),
        _title("3  The node's request is approved by itself; watch it come"),
        _code("kubectl get csr && kubectl get nodes --watch"),
        Content(""),
        _title("The file that b saves"),
        yaml_text(files.join_text(spec, token)),
    ])  # fmt: skip


def _ends(expires: int) -> str:
    from tui_installer.actions.token_view import moment, span  # noqa: PLC0415 - see join

    if not expires:
        return "This token works until it is taken away."
    left = expires - time.time()
    if left <= 0:
        return f"This token ended at {moment(expires)}; the Token page makes a new one."
    return f"This token works until {moment(expires)}, {span(left)} from now."


def _title(text: str) -> Content:
    return Content.styled(text, TITLE)


def _code(text: str) -> Content:
    return Content.styled(f"  {text}", CODE)
