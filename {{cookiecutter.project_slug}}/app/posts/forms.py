"""The forms of posts."""

from wtforms import BooleanField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.forms import Form, SingleLine, stripped
from app.posts.models import LONGEST_BODY, LONGEST_SUMMARY, LONGEST_TITLE


class PostForm(Form):
    """Create or change a post."""

    title = StringField(
        "Title",
        filters=[stripped],
        validators=[DataRequired(), Length(max=LONGEST_TITLE), SingleLine()],
    )
    summary = StringField(
        "Summary",
        description="One sentence for lists of posts.",
        filters=[stripped],
        validators=[Length(max=LONGEST_SUMMARY)],
    )
    body = TextAreaField(
        "Text",
        description="Markdown works here.",
        validators=[DataRequired(), Length(max=LONGEST_BODY)],
        render_kw={"rows": 14},
    )
    published = BooleanField("Published: everybody may read it")
    submit = SubmitField("Save")


class DeleteForm(Form):
    """Confirm the deletion of a post."""

    submit = SubmitField("Delete for good")
