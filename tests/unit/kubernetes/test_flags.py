"""The flag tables against what the programs themselves say."""

from __future__ import annotations

import pytest
from flag_samples import RECORDED, gone, ours
from kube_samples import etcd, spec, version
from repo_root import UNIT_DATA

from tui_installer.kubernetes.components import APISERVER, COMPONENTS, CONTROLLER_MANAGER, ETCD
from tui_installer.kubernetes.flags import find, lint_extra_args
from tui_installer.model.spec import EtcdMode, ExtraArgs

SUPPORTED = [(f"v1.{minor}.0", "v3.5.21" if minor < 34 else "v3.6.16") for minor in range(28, 37)]
SUPPORTED.append(("v1.37.2", "v3.7.3"))


def recorded(component, of_version):
    return set((UNIT_DATA / f"{component}-{of_version}.txt").read_text().split())


@pytest.mark.parametrize(("component", "of_version"), RECORDED)
def test_every_flag_we_set_is_in_the_programs_help(component, of_version):
    assert {name for name, _ in ours(component, of_version)} <= recorded(component, of_version)


@pytest.mark.parametrize(("component", "of_version"), RECORDED)
def test_no_flag_in_the_programs_help_is_called_removed(component, of_version):
    removed = gone(component, of_version)
    assert removed
    assert not recorded(component, of_version) & set(removed)


@pytest.mark.parametrize(("component", "of_version"), RECORDED)
def test_every_flag_that_the_table_says_is_accepted_is_in_the_programs_help(component, of_version):
    parsed = version(of_version)
    known = {f.name for f in component.table if f.accepted_by(parsed)}
    assert known - recorded(component, of_version) <= not_yet_removed(component, of_version)


def not_yet_removed(component, of_version):
    # Rows of flags that a later version removes may be hidden from --help already.
    parsed = version(of_version)
    return {f.name for f in component.table if f.removed_in and not f.refused_by(parsed)}


@pytest.mark.parametrize(("kubernetes", "of_etcd"), SUPPORTED)
def test_every_flag_we_set_is_explained_and_accepted_in_every_supported_version(
    kubernetes, of_etcd
):
    for component in COMPONENTS:
        of_version = of_etcd if component is ETCD else kubernetes
        for name, _ in ours(component, of_version):
            flag = find(component, name)
            assert flag is not None, name
            assert flag.why, name
            assert flag.source, name
            assert flag.accepted_by(version(of_version)), (name, of_version)


def test_a_flag_has_one_row():
    names = [(component, flag.name) for component in COMPONENTS for flag in component.table]
    assert len(names) == len(set(names))


def test_every_row_that_is_neither_removed_nor_set_by_us_is_conditional():
    set_by_us = {
        (component, name)
        for component in COMPONENTS
        for of in ([of_etcd for _, of_etcd in SUPPORTED] if component is ETCD else ["v1.28.0"])
        for name, _ in ours(component, of)
    }
    lasting = {(c, flag.name) for c in COMPONENTS for flag in c.table if flag.removed_in is None}
    rest = lasting - set_by_us
    assert rest == {(CONTROLLER_MANAGER, "node-cidr-mask-size")}


def extra(**groups):
    return spec(extra_args=ExtraArgs(**groups))


def test_a_removed_flag_is_a_problem_that_names_what_replaces_it():
    (problem,) = lint_extra_args(
        extra(controller_manager=(("experimental-cluster-signing-duration", "87600h"),))
    )
    assert problem.path == (
        "kubernetes.extraArgs.controllerManager.experimental-cluster-signing-duration"
    )
    assert "v1.25" in problem.message
    assert problem.hint == "use --cluster-signing-duration"


def test_a_flag_removed_later_is_fine_in_an_older_version():
    old = spec(
        version=version("v1.32.4"), extra_args=ExtraArgs(apiserver=(("cloud-provider", ""),))
    )
    new = spec(
        version=version("v1.33.0"), extra_args=ExtraArgs(apiserver=(("cloud-provider", ""),))
    )
    assert lint_extra_args(old) == ()
    assert len(lint_extra_args(new)) == 1


def test_underscores_and_leading_dashes_do_not_hide_a_flag():
    problems = lint_extra_args(extra(apiserver=(("--kubelet_https", "true"), ("secure_port", "1"))))
    assert len(problems) == 2
    assert ETCD.canonical("a_b") == "a_b"


@pytest.mark.parametrize("name", sorted(APISERVER.reserved))
def test_a_reserved_flag_is_a_problem_that_says_what_sets_it(name):
    (problem,) = lint_extra_args(extra(apiserver=((name, "x"),)))
    assert "cannot be set here" in problem.message
    assert problem.hint


def test_what_the_table_does_not_know_is_left_to_the_program():
    assert lint_extra_args(extra(scheduler=(("v", "4"), ("made-up", "1")))) == ()


def test_our_own_flags_that_are_not_reserved_may_be_replaced():
    assert (
        lint_extra_args(extra(apiserver=(("enable-admission-plugins", "NodeRestriction"),))) == ()
    )


@pytest.mark.parametrize(("char", "code"), [("\n", "000A"), ("\0", "0000"), ("\ufffe", "FFFE")])
def test_a_value_that_systemd_cannot_carry_is_a_problem(char, code):
    (problem,) = lint_extra_args(extra(apiserver=(("event-ttl", f"1h{char}"),)))
    assert f"U+{code}" in problem.message


def test_etcd_flags_are_judged_by_etcds_version():
    args = (("experimental-corrupt-check-time", "1h"), ("force-new-cluster", "true"))
    old = spec(etcd=etcd(version=version("v3.6.16"), extra_args=args))
    new = spec(etcd=etcd(extra_args=args))
    assert [p.path for p in lint_extra_args(old)] == ["etcd.extraArgs.force-new-cluster"]
    assert next(p.hint for p in lint_extra_args(new)) == "use --corrupt-check-time"
    too_new = spec(etcd=etcd(version=version("v3.5.21"), extra_args=(("feature-gates", "x"),)))
    assert "v3.6 added it" in lint_extra_args(too_new)[0].hint


def test_extra_arguments_of_an_etcd_that_is_not_ours_are_not_judged():
    assert (
        lint_extra_args(spec(etcd=etcd(mode=EtcdMode.EXTERNAL, extra_args=(("name", "x"),)))) == ()
    )
