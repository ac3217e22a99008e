"""One certificate in detail: content, validity, files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.content import Content

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.certificates import certificate_states
from tui_installer.front.tui.screens.certificates.certificate_tree import GLYPHS, state_of
from tui_installer.front.tui.screens.certificates.certificates_view import HERE
from tui_installer.front.tui.screens.deploy.timeline import Scale, bar
from tui_installer.kubernetes.certificates import PARENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.front.tui.screens.certificates.certificate_states import Life, States
    from tui_installer.front.tui.screens.certificates.certificates_view import Entry, Place
    from tui_installer.model.certificates import CertInfo, CertProfile
    from tui_installer.model.spec import Spec

COLOURS = {
    "reused": "$text-success",
    "new": "$state-run",
    "reissue": "$text-warning",
    "unknown": "$state-skip",
}
HEAD, MUTED = "bold $text-primary", "$state-skip"
_DAY = 86400
_LABEL = 9
_LABELLED = re.compile(r"[A-Z]\S{0,7} +(?=\S)|0[0-7]{3} ")


def detail(entry: Entry, spec: Spec, states: States | None, width: int) -> Content:
    """Returns lines of at most `width` columns if possible; the rest wraps."""
    lines = [Content.styled(_title(entry), "bold"), Content.styled(entry.about, MUTED)]
    lines.append(_state(entry, states))
    there = states.reused.get(entry.name) if states else None
    own = states.own.get(entry.name) if states else None
    if entry.profile:
        key_type = there.key_type if there else spec.certificates.key_type
        lines += _own(own) if own else _says(entry.profile, key_type)
    if source := _source(entry, spec):
        lines.append(_row("From", source))
    if entry.profile and states and not states.trouble:
        life = certificate_states.life(spec, entry.profile, states)
        lines += _validity(entry.profile, life, states.now, max(width - 5, 10))
    lines += _files(entry, len(spec.masters))
    if there:
        lines.append(_row("SHA-256", there.fingerprint))
    if entry.profile and entry.profile.sans:
        lines += _sans(entry.profile)
    return Content("\n").join(_wrapped(line, width) for line in lines)


def _wrapped(line: Content, width: int) -> Content:
    """Wraps a labelled line so that its value continues below itself."""
    label = _LABELLED.match(line.plain)
    if label is None or line.cell_length <= width:
        return line
    at, room = label.end(), max(width - label.end(), 8)
    rest = line[at:]
    pieces = [rest[:room], *(rest[n : n + room] for n in range(room, len(rest), room))]
    return Content.assemble(line[:at], Content(f"\n{' ' * at}").join(pieces))


def _title(entry: Entry) -> str:
    where = f" of {printable(entry.host)}" if entry.host else ""
    return f"{entry.title}{where}"


def _state(entry: Entry, states: States | None) -> Content:
    state = state_of(entry.name, states)
    why = states.missing.get(entry.name, "") if states else ""
    if states and entry.name in states.to_sign:
        return Content.styled(f"! to be signed by your CA: {printable(why)}", COLOURS["reissue"])
    if why.startswith("taken over"):
        return Content.styled(f"{GLYPHS[state]} will be {why}", COLOURS[state])
    text = {
        "reused": "reused from an earlier run",
        "new": "will be issued when the run starts" if entry.profile else "will be generated then",
        "reissue": f"will be reissued: {printable(why)}",
        "unknown": "reading the session folder" if states is None else "unknown",
    }[state]
    return Content.styled(f"{GLYPHS[state]} {text}", COLOURS[state])


def _row(label: str, value: str) -> Content:
    return Content.assemble((f"{label:<{_LABEL}}", MUTED), printable(value))


def _own(own: CertInfo) -> Iterator[Content]:
    yield _row("Subject", own.subject)
    yield _row("Signer", "itself" if own.issuer == own.subject else own.issuer)
    yield _row("Key", own.key_type)


def _source(entry: Entry, spec: Spec) -> str:
    """The file of the user's CA that this CA is, or is signed by; '' if it is the program's."""
    settings = spec.certificates
    if entry.profile is None or not entry.is_ca:
        return ""
    if entry.profile.signer == PARENT and settings.parent:
        return f"this program; signed by your CA {settings.parent.cert}"
    own = settings.own(entry.name)
    return f"your file {own.cert}" if own else ""


def _says(profile: CertProfile, key_type: str) -> Iterator[Content]:
    parts = [f"O={one}" for one in profile.organizations] + [f"CN={profile.common_name}"]
    yield _row("Subject", ", ".join(parts))
    yield _row("Signer", "itself" if profile.signer == profile.name else profile.signer)
    usages = " and ".join(sorted(f"TLS {usage}" for usage in profile.usages))
    yield _row("Use", usages or "signs, but no other CA")
    yield _row("Key", key_type)


def _validity(profile: CertProfile, life: Life, now: float, width: int) -> Iterator[Content]:
    days = round((life.end - life.start) / _DAY)
    yield _row("Valid", f"{days} d, until {_day(life.end)}")
    scale = Scale(life.ca_start, max(life.ca_end, life.end), width)
    if not profile.is_ca:
        yield _bar("this", bar(scale, life.start, life.end, now), "$text-success")
    yield _bar("CA", bar(scale, life.ca_start, life.ca_end, now), "$text-primary")
    ends = f"{_day(life.ca_start)}{_day(life.ca_end):>{max(width - 10, 11)}}"
    yield Content.styled(f"{'':5}{ends}", MUTED)


def _bar(label: str, parts: tuple[str, str], colour: str) -> Content:
    return Content.assemble((f"{label:<5}", MUTED), (parts[0], MUTED), (parts[1], colour))


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"


def _files(entry: Entry, masters: int) -> Iterator[Content]:
    there = [place for place in entry.places if place.where != HERE]
    if there:
        paths = dict.fromkeys(place.path for place in there)
        count = len({place.where for place in there})
        every = "every master" if masters > 1 else "the master"
        where = every if count == masters else printable(there[0].where)
        yield Content.styled(f"On {where}", HEAD)
        for path in paths:
            yield _file(next(place for place in there if place.path == path))
    yield Content.styled("On this machine", HEAD)
    for place in entry.places:
        if place.where == HERE:
            yield _file(place)
    yield from _key_note(entry)


def _file(place: Place) -> Content:
    secret = (" secret", "$text-warning") if place.secret else ""
    return Content.assemble((f"{place.mode:04o} ", MUTED), printable(place.path), secret)


def _key_note(entry: Entry) -> Iterator[Content]:
    if entry.is_ca and entry.own:
        yield Content.styled("✓ its key stays in your file, or where you keep it", "$text-success")
    elif entry.is_ca and not entry.key_leaves:
        yield Content.styled("✓ its key never leaves this machine", "$text-success")
    elif entry.is_ca:
        note = "! its key goes to the masters: the controller manager signs nodes with it"
        yield Content.styled(note, "$text-warning")


def _sans(profile: CertProfile) -> Iterator[Content]:
    yield Content.styled(f"SANs ({len(profile.sans)})", HEAD)
    for san in profile.sans:
        yield Content.assemble((f"{san.kind.upper():<4}", MUTED), printable(san.value))
