"""The forms as they are written."""

from collections.abc import Iterator

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired, Optional

from report.lab import Lab
from report.outcome import VERIFICATION, Findings, measure
from report.samples import mappers
from report.surfaces.web import UNFILLED, surface

# Validators that say nothing about what a text may be.
IDLE = (Optional,)


@measure(VERIFICATION, 50, "Forms")
def forms(lab: Lab) -> str:
    """Make every form, look at its validators, and compare it with the model beside it."""
    findings = Findings()
    shown = {entry.title for found, entry in lab.entries if found is surface}
    classes = sorted(form_classes(FlaskForm), key=lambda each: each.__qualname__)
    count = 0
    with lab.relaxed.app.test_request_context():
        for form in (each() for each in classes):
            name = type(form).__name__
            findings.expect(name in shown, f"{name} is on no page that was found")
            fields = [field for field in form if is_typed(field)]
            count += len(fields)
            for field in fields:
                limited = [each for each in field.validators if not isinstance(each, IDLE)]
                findings.expect(bool(limited), f"{name}.{field.name} has no validator")
                required = is_required(field) or not is_needed(type(form), field.name)
                findings.expect(
                    required, f"{name}.{field.name} may be empty, but the model needs it"
                )
    return findings.conclude(
        f"{len(classes)} forms, all on pages; each of their {count} text fields has validators"
    )


def form_classes(parent: type[FlaskForm]) -> Iterator[type[FlaskForm]]:
    """Yield the forms that the application defines, without base classes that have no field."""
    for child in parent.__subclasses__():
        has_fields = any(isinstance(getattr(child, name), UnboundField) for name in dir(child))
        if child.__module__.startswith("app.") and has_fields:
            yield child
        yield from form_classes(child)


def is_typed(field: Field) -> bool:
    """Say whether people type text into the field."""
    return isinstance(field, StringField) and not isinstance(field, UNFILLED)


def is_required(field: Field) -> bool:
    """Say whether the field refuses to be empty."""
    return any(isinstance(each, DataRequired | InputRequired) for each in field.validators)


def is_needed(form: type[FlaskForm], name: str) -> bool:
    """Say whether a model of the form's own package has such a column without a default."""
    package = form.__module__.rpartition(".")[0]
    for mapper in mappers():
        column = mapper.columns.get(name)
        if mapper.class_.__module__.rpartition(".")[0] == package and column is not None:
            return not column.nullable and column.default is None
    return False
