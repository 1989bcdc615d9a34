"""The forms of posts."""

import hashlib

from wtforms import StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.forms import Form, FormIdField, SingleLine, VersionField, stripped
from app.posts.models import LONGEST_BODY, LONGEST_SUMMARY, LONGEST_TITLE


class PostForm(Form):
    """Create or change a post. Its buttons save a draft, publish the post or show a preview."""

    title = StringField(
        "Title",
        filters=[stripped],
        validators=[DataRequired("Enter a title."), Length(max=LONGEST_TITLE), SingleLine()],
    )
    summary = StringField(
        "Summary",
        description="One sentence for lists of posts.",
        filters=[stripped],
        validators=[Length(max=LONGEST_SUMMARY)],
    )
    body = TextAreaField(
        "Text",
        description=(
            "You can use Markdown. Images must be on this site, for example "
            "![A photo](/static/photo.jpg). Other images become links."
        ),
        validators=[DataRequired("Write a text."), Length(max=LONGEST_BODY)],
        render_kw={"rows": 14},
    )
    draft = SubmitField("Save draft")
    publish = SubmitField("Publish")
    preview = SubmitField("Preview")
    form_id = FormIdField()
    version = VersionField()

    def publishes(self, before: bool) -> bool:
        """Return whether the pressed button publishes the post.

        `before`, its current state, is returned if no button was pressed.
        """
        return bool(self.publish.data or (before and not self.draft.data))

    def submission_key(self) -> str | None:
        """Return a hash of the form id and the texts. It is the same if a form is sent twice.

        None if the client sends no form id.
        """
        if not self.form_id.data:
            return None
        sent = (self.form_id.data, self.title.data, self.summary.data, self.body.data)
        return hashlib.sha256("\0".join(map(str, sent)).encode()).hexdigest()


class DeleteForm(Form):
    """Confirm the deletion of a post."""

    submit = SubmitField("Delete post")
