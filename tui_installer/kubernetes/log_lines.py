"""Turns JSON log lines of etcd and other programs into readable text."""

from __future__ import annotations

import json

_LEFT_OUT = frozenset({"level", "msg", "ts", "caller", "stacktrace"})


def readable(line: str) -> str:
    """``LEVEL MESSAGE name=value…``, the error first, no stack trace. Other lines stay as they are.

    Source of the names: go.uber.org/zap, as set up in go.etcd.io/etcd/client/pkg/logutil/zap.go.
    """
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if not isinstance(said, dict) or not {"level", "msg"} <= said.keys():
        return line
    others = sorted(said.keys() - _LEFT_OUT, key=lambda name: (name != "error", name))
    pairs = (f"{name}={_value(said[name])}" for name in others)
    return " ".join((f"{said['level']} {str(said['msg']).strip()}", *pairs))


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
