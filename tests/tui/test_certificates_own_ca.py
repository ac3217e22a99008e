"""The certificates page with a CA of the user's own."""

from __future__ import annotations

import openssl_ca
import pytest
from support import SIZE, shown, until, wizard
from test_certificates_page import data, detail, files, flat, to

from tui_installer.front.tui.widgets.text_view import TextView


@pytest.fixture
def ca(tmp_path):
    return openssl_ca.make(tmp_path / "corp", "Corp Root")


def answers(ca, **more):
    return data(certificates={"ca": {"cert": str(ca.cert), **more}})


async def decoded(pilot):
    await pilot.press("o")
    await until(pilot, lambda: isinstance(pilot.app.screen, TextView))
    await until(pilot, lambda: "Issuer:" in shown(pilot.app))
    return flat(pilot.app)


async def test_the_page_says_where_the_clusters_cas_come_from(ca):
    app = wizard(answers(ca, key=str(ca.key)), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "to generate" in shown(app))
        assert f"CA certificate        {ca.cert}"[:60] in shown(app)
        await to(pilot, "ca")
        assert "From     this program; signed" in detail(app)
        await to(pilot, "signing-ca")
        assert "From" not in detail(app)
        await to(pilot, "etcd-ca")
        text = await decoded(pilot)
        assert "Issuer: O = Corp, CN = Corp Root" in text
        assert "Subject: CN = etcd-ca of kubernetes" in text
    assert files() == []


async def test_a_direct_ca_is_shown_as_it_is(ca):
    app = wizard(answers(ca, key=str(ca.key), signs="certificates"), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "to generate" in shown(app))
        await to(pilot, "ca")
        assert "will be taken over from your file" in detail(app)
        assert "Subject  O = Corp, CN = Corp Root" in detail(app)
        assert "its key stays in your file" in detail(app)
        assert "ca-key.pem" not in detail(app)
        assert "Serial Number" in await decoded(pilot)
        await pilot.press("escape")
        await to(pilot, "super-admin")
        assert "Issuer: O = Corp, CN = Corp Root" in await decoded(pilot)


async def test_without_the_key_the_command_for_requests_is_shown(ca):
    app = wizard(answers(ca), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "to be signed by your CA" in shown(app))
        assert "tui-installer certificates requests DIR --resume kubernetes" in flat(app)
        await to(pilot, "super-admin")
        assert "! to be signed by your CA: not there yet" in detail(app)


async def test_a_file_that_is_no_ca_is_reported_with_what_would_be_right(ca, tmp_path):
    leaf = openssl_ca.make(tmp_path, "leaf", ca, extensions=("basicConstraints=CA:FALSE",))
    app = wizard(answers(leaf, key=str(leaf.key)), first="certificates")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗" in shown(app))
        assert "is a leaf, not a CA (no CA:TRUE); want a CA certificate" in flat(app)
