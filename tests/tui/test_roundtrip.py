"""Answers go from a file to the pages and back: nothing is lost, nothing is invented."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from support import SIZE
from walking import ASKING, FORMS, app_of, fields, inputs, show

from tui_installer.actions import drafts
from tui_installer.store.example import example

if TYPE_CHECKING:
    from pathlib import Path

FINGERPRINT = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def masters(count: int) -> list[dict[str, Any]]:
    return [{"address": f"192.0.2.{11 + number}"} for number in range(count)]


LAB = {
    "apiVersion": "tui-installer/v1",
    "cluster": {"name": "lab"},
    "ssh": {"user": "root", "identityFiles": ["/var/lib/lab/id_ed25519"], "agent": False},
    "hosts": [
        {"name": f"master0{n}", "address": f"10.77.0.1{n}", "fingerprint": FINGERPRINT}
        for n in (1, 2, 3)
    ],
}
EXTERNAL = {
    "apiVersion": "tui-installer/v1",
    "hosts": masters(2),
    "etcd": {
        "mode": "external",
        "external": {
            "endpoints": ["https://192.0.2.31:2379", "https://etcd2.example.org:2379"],
            "files": "hosts",
            "ca": "/etc/etcd/ca.pem",
            "cert": "/etc/etcd/client.pem",
            "key": "/etc/etcd/client-key.pem",
        },
    },
}
EVERYTHING = {
    "apiVersion": "tui-installer/v1",
    "cluster": {
        "name": "prod",
        "domain": "corp.internal",
        "endpoint": "api.example.org:8443",
        "serviceCIDR": "10.96.0.0/16",
        "podCIDR": "10.128.0.0/14",
        "nodePortRange": "30100-30200",
    },
    "kubernetes": {
        "version": "v1.36.3",
        "source": {
            "kind": "tarball",
            "location": "https://mirror.example.org/kubernetes-server-linux-amd64.tar.gz",
            "sha256": "0" * 64,
            "signature": {
                "key": "",
                "identity": "release@example.org",
                "issuer": "https://accounts.example.org",
                "trustedRoot": "~/trusted_root.json",
            },
        },
        "extraArgs": {
            "apiserver": {"audit-log-maxage": "7"},
            "controllerManager": {"node-monitor-grace-period": "40s"},
            "scheduler": {"v": "4"},
        },
    },
    "etcd": {
        "mode": "stacked",
        "version": "v3.6.16",
        "dataDir": "/srv/etcd",
        "source": {
            "kind": "folder",
            "location": "/srv/programs",
            "sha256": "",
            "signature": {
                "key": "/srv/mirror.pub",
                "identity": "",
                "issuer": "",
                "trustedRoot": "",
            },
        },
        "extraArgs": {"quota-backend-bytes": "8589934592"},
    },
    "ssh": {
        "user": "ops",
        "port": 2222,
        "identityFiles": ["~/.ssh/ops", "~/.ssh/old"],
        "agent": False,
        "jump": {
            "address": "jump.example.org",
            "port": 2022,
            "user": "gate",
            "identityFiles": ["~/.ssh/gate"],
            "agent": True,
            "passphrase": {"file": "~/.gate"},
            "fingerprint": FINGERPRINT,
        },
        "sudo": {"mode": "auto", "password": {"file": "~/.sudo", "env": ""}},
        "passphrase": {"file": "", "env": "PASSPHRASE"},
    },
    "hosts": [
        {
            "name": "alpha",
            "address": "192.0.2.11",
            "sshAddress": "alpha.example.org",
            "fingerprint": FINGERPRINT,
            "ssh": {"user": "root", "port": 22, "identityFiles": ["~/.ssh/alpha"], "jump": None},
        },
        {"name": "beta", "address": "192.0.2.12", "ssh": {"jump": {"address": "192.0.2.99"}}},
        {"name": "gamma", "address": "192.0.2.13"},
    ],
    "sans": ["192.0.2.100", "*.masters.example.org", "2001:db8::1", "k8s"],
    "token": {"mode": "both", "ttl": "0"},
    "certificates": {"keyType": "rsa-3072", "leafLifetime": "90d", "caLifetime": "1825d"},
    "security": {
        "anonymousAuth": True,
        "audit": {
            "enabled": True,
            "logPath": "/var/log/k8s/audit.log",
            "maxAge": 7,
            "maxBackup": 3,
            "maxSize": 50,
            "policyFile": "/srv/audit-policy.yaml",
        },
        "alwaysPullImages": False,
        "denyServiceExternalIPs": False,
        "eventRateLimit": False,
        "podSecurity": {"enforce": "privileged", "warn": "baseline"},
        "serviceAccountExtendTokenExpiration": True,
        "services": "root",
    },
    "layout": {
        "kubernetes": "/srv/kubernetes",
        "etcd": "/srv/etcd-files",
        "units": "/usr/local/lib/systemd/system",
    },
}
GOOD: dict[str, dict[str, Any]] = {
    "the generated example": yaml.safe_load(example()),
    "lab hosts": LAB,
    "one host": {"apiVersion": "tui-installer/v1", "hosts": masters(1)},
    "three hosts": {"apiVersion": "tui-installer/v1", "hosts": masters(3)},
    "five hosts": {"apiVersion": "tui-installer/v1", "hosts": masters(5)},
    "an external etcd": EXTERNAL,
    "every field": EVERYTHING,
}
WRONG: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no hosts": {"apiVersion": "tui-installer/v1", "hosts": []},
    "numbers": {"cluster": {"name": 7, "serviceCIDR": 10, "endpoint": 1.5}, "hosts": masters(1)},
    "lists": {"cluster": {"name": ["a"]}, "token": {"mode": ["x"], "ttl": []}, "hosts": masters(1)},
    "maps": {"cluster": {"name": {"a": 1}}, "sans": {"a": 1}, "hosts": {"address": "192.0.2.1"}},
    "words": {"cluster": "demo", "ssh": "root", "hosts": "192.0.2.1", "etcd": 3, "token": True},
    "nulls": {"cluster": None, "hosts": None, "sans": [None], "certificates": {"keyType": None}},
    "unknown keys": {"hosts": [{"address": "192.0.2.11", "adress": "x"}], "klaster": {"a": 1}},
    "unknown words": {"etcd": {"mode": "outside"}, "token": {"mode": "paper"}, "hosts": masters(2)},
}


def parsed(data: dict[str, Any]) -> Any:
    return drafts.judge(data)[0]


@pytest.mark.parametrize("name", GOOD)
def test_the_samples_are_good(name: str):
    assert drafts.judge(GOOD[name])[1] == ()


def test_every_question_is_in_the_sample_with_every_field():
    def keys(block: Any, at: str = "") -> set[str]:
        if not isinstance(block, dict):
            return {at}
        return {one for key, value in block.items() for one in keys(value, f"{at}.{key}")}

    asked = keys(parsed({"hosts": []}).model_dump(by_alias=True))
    answered = keys(EVERYTHING) | keys(EXTERNAL)
    missing = {
        key for key in asked if not any(a == key or a.startswith(f"{key}.") for a in answered)
    }
    assert missing == set()


@pytest.mark.parametrize("name", [*GOOD, *WRONG])
async def test_seeing_every_page_changes_nothing(name: str):
    data = {**GOOD, **WRONG}[name]
    app = app_of(copy.deepcopy(data))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = copy.deepcopy(app.draft.data)
        for page in (*ASKING, "review"):
            for form in ("", *FORMS.get(page, ())):
                await show(app, pilot, page, form)
                assert app.draft.data == before, (page, form)


@pytest.mark.parametrize("name", ["the generated example", "every field", "an external etcd"])
async def test_a_focus_in_every_field_changes_nothing(name: str):
    app = app_of(copy.deepcopy(GOOD[name]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for page in ASKING:
            async for widget in fields(app, pilot, page):
                assert app.draft.data == GOOD[name], (page, widget)


@pytest.mark.parametrize("name", ["the generated example", "every field", "an external etcd"])
async def test_a_letter_typed_and_taken_back_changes_no_answer(name: str):
    app = app_of(copy.deepcopy(GOOD[name]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = parsed(GOOD[name])
        for page in ASKING:
            async for widget in inputs(app, pilot, page):
                await pilot.press("end", "x", "backspace")
                await pilot.pause()
                assert parsed(app.draft.data) == before, (page, widget)
                assert app.draft.problems == ()


@pytest.mark.parametrize("name", GOOD)
async def test_what_is_saved_is_what_was_read(name: str, tmp_path: Path):
    app = app_of(copy.deepcopy(GOOD[name]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.draft.save_as(tmp_path / "answers.yaml")
    assert drafts.read(tmp_path / "answers.yaml") == GOOD[name]
