"""Forms: their validators, compared with the models."""

from collections.abc import Iterator

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired, Optional

from report.context import Context
from report.findings import Findings
from report.interfaces.web import FIELDS_WITHOUT_VALUES, interface
from report.project_api import PACKAGE
from report.registry import VERIFICATION, check
from report.samples import sorted_mappers

# Validators that do not restrict a text.
UNRESTRICTING = (Optional,)


@check(VERIFICATION, 50, "Forms")
def forms(context: Context) -> str:
    """Make every form, look at its validators, and compare it with the models of the same
    feature."""
    findings = Findings()
    shown = {operation.title for found, operation in context.operations if found is interface}
    classes = sorted(form_classes(FlaskForm), key=lambda each: each.__qualname__)
    count = 0
    with context.testing.app.test_request_context():
        for form in (each() for each in classes):
            name = type(form).__name__
            findings.expect(name in shown, f"{name} is on no page that was found")
            count += check_fields(form, findings)
    return findings.conclude(
        f"{len(classes)} forms, all on pages; each of their {count} text fields has validators"
    )


def check_fields(form: FlaskForm, findings: Findings) -> int:
    """Check the validators of the text fields of a form; return the number of fields."""
    fields = [field for field in form if is_text_field(field)]
    for field in fields:
        name = f"{type(form).__name__}.{field.name}"
        restricting = [each for each in field.validators if not isinstance(each, UNRESTRICTING)]
        findings.expect(bool(restricting), f"{name} has no validator")
        matches = is_required(field) or not is_needed(type(form), field.name)
        findings.expect(matches, f"{name} may be empty, but the model needs it")
    return len(fields)


def form_classes(parent: type[FlaskForm]) -> Iterator[type[FlaskForm]]:
    """Yield the form classes that the application defines, without base classes without fields."""
    for child in parent.__subclasses__():
        has_fields = any(isinstance(getattr(child, name), UnboundField) for name in dir(child))
        if child.__module__.startswith(f"{PACKAGE}.") and has_fields:
            yield child
        yield from form_classes(child)


def has_fields(form: type[FlaskForm]) -> bool:
    """Return whether a form class has fields; a base class of several forms may have none."""
    return any(isinstance(getattr(form, name), UnboundField) for name in dir(form))


def is_text_field(field: Field) -> bool:
    """Return whether users type text into the field."""
    return isinstance(field, StringField) and not isinstance(field, FIELDS_WITHOUT_VALUES)


def is_required(field: Field) -> bool:
    """Return whether the field must not be empty."""
    return any(isinstance(each, DataRequired | InputRequired) for each in field.validators)


def is_needed(form: type[FlaskForm], name: str) -> bool:
    """Return whether a model of the form's package has such a column without a default."""
    package = form.__module__.rpartition(".")[0]
    for mapper in sorted_mappers():
        column = mapper.columns.get(name)
        if mapper.class_.__module__.rpartition(".")[0] == package and column is not None:
            return not column.nullable and column.default is None
    return False
