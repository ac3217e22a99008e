"""Fields and groups of fields made from what the answers declare."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from tui_installer.front.tui.widgets.field import ChoiceField, ListField, SwitchField, TextField
from tui_installer.front.tui.widgets.field_group import FieldGroup
from tui_installer.front.tui.widgets.host_fields import NumberField
from tui_installer.model.answers.questions import Kind, questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from textual.widget import Widget

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.pages import PageInfo
    from tui_installer.front.tui.widgets.field import Field
    from tui_installer.model.answers.questions import Question


def asked_on(page: PageInfo) -> tuple[Question, ...]:
    """The questions of a page, in the order of the answers."""
    return tuple(one for one in questions() if page.owns(one.path))


def field(draft: Draft, question: Question) -> Field:
    """The field of a question."""
    path, label, about = question.path, question.label, question.help
    match question.kind:
        case Kind.CHOICE:
            return ChoiceField(draft, path, label, question.choices, hint=about)
        case Kind.TRUTH:
            return SwitchField(draft, path, label, hint=about)
        case Kind.NUMBER:
            return NumberField(draft, path, label, hint=about, placeholder=question.placeholder)
        case Kind.LIST:
            return ListField(draft, path, label, hint=about, placeholder=question.placeholder)
    return TextField(draft, path, label, hint=about, placeholder=question.placeholder)


def groups(
    draft: Draft, asked: Iterable[Question], below: Mapping[str, Widget] | None = None
) -> Iterator[FieldGroup]:
    """A group for each run of questions of one section that are asked under the same conditions.

    below: widgets that come right below the field of a path.
    """
    section = ""
    for (heading, when), run in groupby(asked, lambda one: (one.section, one.when)):
        widgets: list[Widget] = []
        for question in run:
            widgets.append(field(draft, question))
            if below and question.path in below:
                widgets.append(below[question.path])
        title = heading if heading != section else ""
        section = heading
        yield FieldGroup(draft, title, *widgets, when=partial(_is_asked, when))


def _is_asked(when: tuple[tuple[str, tuple[object, ...]], ...], draft: Draft) -> bool:
    return all(draft.value(path) in values for path, values in when)
