"""Demo posts for `flask seed`: short and varied, like those of a real site."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from app.auth.models import User
from app.db.types import utc_now
from app.extensions import db
from app.posts.models import Post


class Text(NamedTuple):
    """The texts of a demo post."""

    title: str
    summary: str
    body: str


TEXTS = (
    Text(
        "Why the sky is blue and the sunset is red",
        "Air scatters short waves of light more than long ones.",
        "Sunlight holds all colours. The molecules of the air scatter **blue** light about four "
        "times as much as red light, so blue reaches us from every direction.\n\n"
        "In the evening the light crosses much more air. By then the blue is gone sideways, and "
        "what arrives is red.",
    ),
    Text(
        "A4: a sheet that can be halved for ever",
        "One ratio of sides keeps its shape at every size.",
        "Fold a sheet of A4 in the middle and you have A5, with the same proportions. That works "
        "with one ratio only: the square root of two.\n\n"
        "| Format | Size |\n|---|---|\n| A3 | 297 × 420 mm |\n| A4 | 210 × 297 mm |\n"
        "| A5 | 148 × 210 mm |\n\nA0 has an area of one square metre.",
    ),
    Text(
        "How bees tell each other the way",
        "A dance in the dark hive gives direction and distance.",
        "A honeybee that has found flowers dances on the comb. The *angle* of its run says where "
        "to fly in relation to the sun; its *duration* says how far.\n\n"
        "Karl von Frisch decoded the dance and received a Nobel Prize for it in 1973.",
    ),
    Text(
        "Three ways to brew better tea",
        "Temperature matters more than time.",
        "1. Green tea likes 70 to 80 °C; boiling water makes it bitter.\n"
        "2. Black tea needs water that has just boiled.\n"
        "3. Take the leaves out after three minutes, then taste.\n\n"
        "> Better a second cup than a strong one.",
    ),
    Text(
        "The leap year rule, in one line of code",
        "Every fourth year, with two exceptions.",
        "A year is a leap year if it can be divided by 4, but not by 100, unless by 400:\n\n"
        "```python\ndef is_leap(year: int) -> bool:\n"
        "    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n```\n\n"
        "So 2000 was one, and 2100 will not be.",
    ),
    Text(
        "What a good headline does",
        "It says what the reader learns, in the reader's words.",
        "- It names the subject.\n- It promises one thing.\n- It keeps the promise.\n\n"
        "Read it aloud. If you would not say it to a friend, write it again.",
    ),
    Text(
        "Why maps make Greenland too large",
        "No flat map can keep both shape and size.",
        "The Mercator projection keeps directions, which helps at sea, and stretches everything "
        "near the poles. Greenland looks as large as Africa there. In fact Africa is *fourteen "
        "times* as large.",
    ),
    Text(
        "The oldest trick for remembering a list",
        "Put each thing into a room that you know.",
        "Walk in your mind through your home, and leave one item in each place: the milk on the "
        "doormat, the bread on the sofa. To remember the list, walk the same way again.\n\n"
        "Speakers in ancient Rome learned whole speeches like that.",
    ),
    Text(
        "How to read a bar code",
        "The last digit proves the others.",
        "An EAN-13 code ends with a check digit. Add the digits, every second one three times; "
        "the check digit fills the sum up to the next ten. A scanner that misreads a digit "
        "notices it at once.",
    ),
    Text(
        "Salt, ice and a freezer without power",
        "Salt makes ice melt, and melting makes cold.",
        "Mix three parts of crushed ice with one part of salt. The mixture falls to about −20 °C, "
        "cold enough for ice cream.",
    ),
    Text(
        "Why we say o'clock",
        "It is what is left of “of the clock”.",
        "When most people told the time by the sun, those who used a clock said so: *six of the "
        "clock*. The sun went out of use, the words stayed.",
    ),
    Text(
        "Small habits for a tidy desk",
        "Two minutes in the evening save ten in the morning.",
        "1. One tray for what is open.\n2. Everything else has a place.\n"
        "3. Before you go, clear the middle.\n\nThat is all.",
    ),
    Text(
        "A short history of the zero",
        "The digit for nothing came late, and from India.",
        "Romans had no sign for it. Around the year 628 Brahmagupta wrote down how to calculate "
        "with zero; through Arabic books it reached Europe, where merchants first distrusted it.",
    ),
    Text(
        "How loud is quiet?",
        "Ten decibels more is ten times the power.",
        "| Sound | Level |\n|---|---|\n| Leaves | 20 dB |\n| Talk | 60 dB |\n"
        "| Lawn mower | 90 dB |\n\nPeople hear ten decibels more as *twice* as loud.",
    ),
    Text(
        "The bridge that sings",
        "Wind makes tight cables swing like strings.",
        "Behind a round cable the air forms whirls, first on one side, then on the other. Each "
        "pushes a little, and the cable hums. Engineers add small dampers to stop it.",
    ),
    Text(
        "Bread: flour, water, salt and time",
        "A recipe without kneading.",
        "Stir **400 g flour**, **300 g water**, **8 g salt** and a pinch of yeast. Wait eighteen "
        "hours. Fold it twice, wait one hour more, and bake it in a hot pot: 30 minutes with "
        "the lid, 15 without.",
    ),
    Text(
        "Where time zones come from",
        "Trains needed one clock.",
        "Until the 19th century every town had its own noon. Railways could not write a timetable "
        "that way. In 1884 delegates of 25 countries chose Greenwich as the zero.",
    ),
    Text(
        "Welcome",
        "What this site is, and how to write for it.",
        "Everybody with an account can write here. Press *Write a post*, choose a title, and "
        "save a draft; nobody but you and the administrators sees it until you publish it.\n\n"
        "Texts are written in [Markdown](https://commonmark.org/help/).",
    ),
)


def seed(users: Sequence[User]) -> str:
    """Add the demo posts, with `users` as authors in turn.

    Return a description such as "30 posts".
    """
    now = utc_now()
    for number, text in enumerate(TEXTS):
        moment = now - timedelta(hours=31 * number + 5)
        post = Post(
            author=users[number % len(users)],
            title=text.title,
            summary=text.summary,
            body=text.body,
            created_at=moment,
            updated_at=moment,
            published_at=moment,
        )
        db.session.add(post)
    return f"{len(TEXTS)} posts"
