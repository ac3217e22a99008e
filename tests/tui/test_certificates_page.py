"""The certificates page by keys alone. It writes nothing."""

from __future__ import annotations

import time

import pytest
from support import HOSTILE, SIZE, WIDE, hosts, shown, type_text, until, wizard
from textual.widgets import Static

from tui_installer.actions.sessions import drafts
from tui_installer.engine.cluster.authority import Authority
from tui_installer.front.tui.screens.certificates import (
    certificate_states,
    certificate_text,
    certificates_view,
)
from tui_installer.front.tui.screens.certificates.certificate_tree import CertificateTree
from tui_installer.front.tui.screens.deploy.timeline import Scale, bar
from tui_installer.front.tui.widgets.text_view import TextView
from tui_installer.kubernetes.certificates import profiles
from tui_installer.pki import describe
from tui_installer.store import paths
from tui_installer.store.session_folder import SessionFolder

DAY = 86400


def data(**more):
    return {"apiVersion": "tui-installer/v1", "hosts": hosts(), **more}


def folder():
    return SessionFolder(paths.session_folder("kubernetes"))


def earlier_run(answers, ago=0):
    now = time.time() - ago
    Authority.load(drafts.spec(answers), folder(), now).make(now)


def files():
    root = paths.state_root()
    return sorted(root.rglob("*")) if root.exists() else []


def flat(app):
    return " ".join(shown(app).replace("│", " ").split())


def detail(app):
    return str(app.screen.query_one("#detail", Static).render())


def tree(app):
    return app.screen.query_one(CertificateTree)


async def opened(pilot):
    await until(pilot, lambda: "to generate" in shown(pilot.app))


async def to(pilot, name):
    """Moves the cursor to a certificate by keys."""
    await pilot.press("home")
    while not (tree(pilot.app).entry and tree(pilot.app).entry.name == name):
        before = tree(pilot.app).cursor_line
        await pilot.press("down")
        assert tree(pilot.app).cursor_line > before, f"{name} is not in the tree"
    await pilot.pause()


async def test_every_certificate_is_below_its_signer():
    app = wizard(data(), first="certificates")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        spec, found = drafts.spec(app.draft.data), {}
        for branch in tree(app).root.children:
            for node in branch.children:
                for leaf in (node, *node.children):
                    if leaf.data:
                        found[leaf.data.name] = branch.data.name if branch.data else "keys"
        leaves = {one.name: one.signer for one in profiles(spec) if not one.is_ca}
        assert found == {**leaves, "sa.key": "keys", "encryption.key": "keys"}
        assert "40 to generate; 0 reused" in flat(app)


async def test_the_detail_has_subject_use_life_files_and_sans():
    app = wizard(data(), first="certificates")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await to(pilot, "master01/server")
        told = detail(app)
        for text in (
            "server of master01",
            "CN=kube-apiserver",
            "TLS server",
            "ecdsa-p256",
            "365 d, until",
            "0644 /opt/kubernetes/ssl/server.pem",
            "0600 /opt/kubernetes/ssl/server-key.pem secret",
            "IP  10.0.0.1",
            "will be issued when the run starts",
        ):
            assert text in told


async def test_which_keys_of_cas_leave_this_machine_is_told():
    app = wizard(data(), first="certificates")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        for name in ("ca", "front-proxy-ca", "etcd-ca"):
            await to(pilot, name)
            assert "its key never leaves this machine" in detail(app)
        await to(pilot, "signing-ca")
        assert "its key goes to the masters" in detail(app)


async def test_settings_take_effect_at_once():
    app = wizard(data(), first="certificates")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await to(pilot, "admin")
        await pilot.press("k", "tab", *["backspace"] * 4)
        await type_text(pilot, "90d")
        await until(pilot, lambda: "90 d, until" in detail(app))
        assert app.draft.data["certificates"] == {"leafLifetime": "90d"}


async def test_a_wrong_setting_is_told_and_the_tree_stays():
    app = wizard(data(certificates={"leafLifetime": "4000d"}), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "is longer than caLifetime" in flat(app)
        assert tree(app).names


async def test_rsa_4096_tells_how_long_it_takes():
    app = wizard(data(certificates={"keyType": "rsa-4096"}), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "about 8 s of computing" in flat(app)


async def test_what_an_earlier_run_left_is_marked_and_what_changes_says_why():
    earlier_run(data())
    app = wizard(data(sans=["lb.example"]), first="certificates")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert "3 to generate; 37 reused" in flat(app)
        await to(pilot, "ca")
        assert "✓ reused from an earlier run" in detail(app)
        await to(pilot, "master01/server")
        assert "! will be reissued: SANs changed: + DNS:lb.example" in detail(app)


async def test_a_ca_that_cannot_be_used_is_told_before_the_run():
    earlier_run(data())
    folder().key_path("ca").unlink()
    app = wizard(data(), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗ the CA ca in the session folder cannot be used" in flat(app))


@pytest.mark.parametrize("key", ["o", "enter"])
async def test_the_decoded_view_of_a_reused_certificate_is_the_real_one(key):
    earlier_run(data())
    app = wizard(data(), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await to(pilot, "admin")
        await pilot.press(key)
        assert isinstance(app.screen, TextView)
        real = describe.text(folder().read_pki("admin.pem"))
        text = app.screen.query_one("#text", Static)
        await until(pilot, lambda: str(text.render()).split() == real.split())
        await pilot.press("escape")
        assert not isinstance(app.screen, TextView)


async def test_the_decoded_view_of_a_new_one_is_a_preview_and_writes_nothing():
    app = wizard(data(), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await to(pilot, "master01/server")
        await pilot.press("o")
        await until(pilot, lambda: "Subject: CN = kube-apiserver" in shown(app))
        text = str(app.screen.query_one("#text", Static).render())
        assert text.count("(generated when the run starts)") == 5
        assert "IP Address:10.0.0.1" in text
    assert files() == []


@pytest.mark.parametrize("key_type", ["ecdsa-p256", "rsa-2048"])
def test_the_certificates_made_are_those_previewed(key_type):
    answers = data(certificates={"keyType": key_type})
    spec = drafts.spec(answers)
    names = ("ca", "admin", "master01/server", "master02/etcd-peer")
    previews = {name: certificate_text.preview(spec, folder(), name, None) for name in names}
    earlier_run(answers)
    for name in names:
        made = certificate_text.without_keys(describe.text(folder().read_pki(f"{name}.pem")))
        assert _without_times(made) == _without_times(previews[name])


def test_a_preview_below_a_reused_ca_has_its_key_id_and_ends_with_it_at_the_latest():
    answers = data(certificates={"caLifetime": "400d"})
    earlier_run(answers, ago=100 * DAY)
    spec = drafts.spec({**answers, "sans": ["lb.example"]})
    found = certificate_states.states(spec, folder())
    ca = found.reused["ca"]
    text = certificate_text.preview(spec, folder(), "master01/server", ca)
    real = describe.text(folder().read_pki("ca.pem")).splitlines()
    at = next(n for n, line in enumerate(real) if "Subject Key Identifier" in line)
    assert real[at + 1].strip() in text
    life = certificate_states.life(spec, _profile(spec, "master01/server"), found)
    assert life.end == ca.not_after


def _profile(spec, name):
    return next(one for one in profiles(spec) if one.name == name)


def _without_times(text):
    return [line for line in text.splitlines() if " GMT" not in line]


async def test_answers_that_are_wrong_elsewhere_are_told_with_their_page():
    app = wizard({"apiVersion": "tui-installer/v1", "hosts": []}, first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Fix these first" in shown(app))
        assert "✗ Hosts: hosts" in shown(app)
        await pilot.press("o")
        await pilot.pause()
        assert not isinstance(app.screen, TextView)


async def test_external_etcd_has_no_etcd_certificates():
    files_of = {"ca": "/e/ca.pem", "cert": "/e/c.pem", "key": "/e/k.pem", "files": "hosts"}
    external = {"endpoints": ["https://192.0.2.50:2379"], **files_of}
    app = wizard(data(etcd={"mode": "external", "external": external}), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert not [name for name in tree(app).names if "etcd" in name]


async def test_fifty_hosts_have_all_their_certificates():
    many = [{"address": f"192.0.2.{n}"} for n in range(1, 52)]
    place = {"ca": "/a", "cert": "/b", "key": "/c", "files": "hosts"}
    etcd = {"mode": "external", "external": {**place, "endpoints": ["https://198.51.100.1:2379"]}}
    app = wizard({**data(etcd=etcd), "hosts": many}, first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert len(tree(app).names) == 3 + 3 + 51 * 7 + 2
        await to(pilot, "master01/scheduler")


def test_the_bar_shows_what_has_passed_and_what_is_ahead():
    scale = Scale(0, 100, 10)
    assert bar(scale, 0, 100, 50) == ("╌" * 5, "━" * 5)
    assert bar(scale, 50, 60, 50) == (" " * 5, "━")
    assert bar(scale, 50, 50.1, 50) == (" " * 5, "━")
    assert bar(scale, 0, 20, 50) == ("╌╌", "")


def test_a_setting_of_this_page_that_is_wrong_leaves_the_spec_with_its_default():
    spec = certificates_view.spec_of(data(certificates={"leafLifetime": "x", "caLifetime": "999d"}))
    assert spec.certificates.leaf_lifetime == 365 * DAY
    assert spec.certificates.ca_lifetime == 999 * DAY


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_answers_are_shown_as_text(text):
    hostile = {"hosts": [{"address": text, "name": text}], "certificates": {"leafLifetime": text}}
    app = wizard({"apiVersion": "tui-installer/v1", **hostile}, first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Fix these first" in shown(app))
        blocked = str(app.screen.query_one("#blocked", Static).render())
        assert "\x1b" not in blocked
        assert "\u202e" not in blocked
        assert app.draft.data["hosts"][0]["name"] == text
