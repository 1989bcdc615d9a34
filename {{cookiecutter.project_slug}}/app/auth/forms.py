"""The forms of accounts."""

from typing import ClassVar

from flask_login import current_user
from wtforms import BooleanField, EmailField, Field, PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError
from wtforms.widgets import TextInput

from app.auth import passwords
from app.auth.models import LONGEST_EMAIL, LONGEST_NAME
from app.auth.service import EmailError, normalize_email
from app.core.forms import Form, SingleLine, stripped


class EmailAddress:
    """Validates an e-mail address and replaces it by its normalized form."""

    def __call__(self, form: Form, field: Field) -> None:
        """Raise `ValidationError` if the address is not valid."""
        try:
            field.data = normalize_email(field.data or "")
        except EmailError as error:
            raise ValidationError(str(error)) from error


class NewPassword:
    """Validates a new password."""

    field_flags: ClassVar = {"minlength": passwords.SHORTEST}

    def __call__(self, form: Form, field: Field) -> None:
        """Raise `ValidationError` if the password is too short, too long or easy to guess."""
        known = [form[name].data or "" for name in ("email", "name") if name in form]
        if current_user.is_authenticated:
            known += [current_user.email, current_user.name]
        problem = passwords.validation_error(field.data or "", *known)
        if problem:
            raise ValidationError(problem)


class CurrentPassword:
    """Validates the current password of the logged-in user."""

    def __call__(self, form: Form, field: Field) -> None:
        """Raise `ValidationError` if the password is wrong."""
        if not passwords.verify(current_user.password_hash, field.data or ""):
            raise ValidationError("This is not your current password.")


class LoginForm(Form):
    """Log in."""

    email = EmailField(
        "E-mail",
        # A text input, because HTML does not allow autocomplete="username" for type="email", and
        # password managers look for it.
        widget=TextInput(),
        filters=[stripped],
        validators=[DataRequired("Enter your e-mail address."), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"},
    )
    password = PasswordField(
        "Password",
        validators=[DataRequired("Enter your password."), Length(max=passwords.LONGEST_BYTES)],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField("Remember me on this device")
    submit = SubmitField("Log in")


class RegisterForm(Form):
    """Create an account."""

    name = StringField(
        "Name",
        filters=[stripped],
        validators=[DataRequired("Enter your name."), Length(max=LONGEST_NAME), SingleLine()],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "E-mail",
        filters=[stripped],
        validators=[
            DataRequired("Enter your e-mail address."),
            Length(max=LONGEST_EMAIL),
            EmailAddress(),
        ],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        "Password",
        description=f"At least {passwords.SHORTEST} characters.",
        validators=[DataRequired("Enter a password."), NewPassword()],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField("Create account")


class ProfileForm(Form):
    """Change the profile that others see."""

    name = StringField(
        "Name",
        filters=[stripped],
        validators=[DataRequired("Enter your name."), Length(max=LONGEST_NAME), SingleLine()],
        render_kw={"autocomplete": "name"},
    )
    submit = SubmitField("Save")


class ChangePasswordForm(Form):
    """Change the password of the logged-in user."""

    current = PasswordField(
        "Current password",
        validators=[
            DataRequired("Enter your current password."),
            Length(max=passwords.LONGEST_BYTES),
            CurrentPassword(),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        "New password",
        description=f"At least {passwords.SHORTEST} characters.",
        validators=[DataRequired("Enter a new password."), NewPassword()],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        "New password again",
        validators=[
            DataRequired("Enter the new password again."),
            EqualTo("password", "The two passwords differ."),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField("Change password")
