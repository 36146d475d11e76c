"""What may stand in desk.yaml? Everything has a default: a desk of a few lines works.

    name: Larkspur help
    greeting: {en: "Hello! How can I help?", zh: "您好！请问有什么可以帮您？"}

`whet support schema` prints all of it, with the meaning of every field.
"""

from typing import Annotated

from pydantic import Field

from whet.core.yaml.part import Part
from whet.products.support.desk.channels import Channels
from whet.products.support.desk.outside import Endpoint, Lookup
from whet.products.support.desk.slots import Slot
from whet.products.support.desk.texts import LANGUAGES, Language, Texts
from whet.products.support.desk.times import Hours, Queue, Timeouts

Share = Annotated[float, Field(ge=0, le=1)]


class Limits(Part):
    """From which confidences the desk answers, in one language."""

    intent_threshold: Share | None = None
    """Confidence from which an intent is answered."""
    article_threshold: Share | None = None
    """Confidence from which an article is quoted."""
    article_first: Share | None = None
    """Confidence from which an article is quoted in place of an intent's template."""


class Decision(Part):
    """When the desk may answer, and when a person must."""

    wrong_answers: float = Field(default=0.05, gt=0, lt=1)
    """The risk dial: largest share of the desk's answers that may be wrong."""
    confidence: float = Field(default=0.9, gt=0.5, lt=1)
    """Confidence with which the promise must hold."""
    intent_threshold: Share | None = None
    """Confidence from which an intent is answered, in place of the one chosen with the model."""
    article_threshold: Share | None = None
    """Confidence from which an article is quoted, as `whet support build` finds it on labelled
    questions; without it, 0.5, for which nothing is promised."""
    article_first: Share | None = None
    """Confidence from which an article is quoted in place of the template of one intent: a passage
    that holds what was asked says more than the template of everything of its kind. Without it
    templates go first."""
    by_language: dict[Language, Limits] = Field(default_factory=dict)
    """Confidences of messages in one language, in place of those above: a model and a search may
    be good in one language and poor in another."""
    always_person: list[str] = Field(default_factory=list)
    """Intents that always go to a person."""
    clarify: Share = 0.6
    """Probability that two intents must have together before the customer is asked which one is
    meant."""
    patience: int = Field(default=1, ge=0, le=5)
    """Messages in a row that the customer is asked to say differently before a person takes over;
    0 hands over at once."""

    def limits(self, language: str) -> Limits:
        """Return the confidences from which a message in a language is answered."""
        common = {name: getattr(self, name) for name in Limits.model_fields}
        own = next((one for name, one in self.by_language.items() if name == language), Limits())
        return Limits(**common | own.model_dump(exclude_unset=True))


class Desk(Part):
    """A customer service desk: what it says, knows, may ask and must promise."""

    name: str = "Support"
    """Name of the desk, as customers read it."""
    languages: list[Language] = Field(default_factory=lambda: list(LANGUAGES), min_length=1)
    """Languages that are spoken, the first one where a message is in none of them."""
    greeting: Texts = Texts(en="Hello! What can I do for you?", zh="您好！请问有什么可以帮您？")
    """What a greeting is answered with."""
    away: Texts = Texts(
        en="Nobody is at the desk right now; we answer as soon as we are back.",
        zh="现在是非工作时间，我们上班后会尽快回复您。",
    )
    """What is said with a hand-over outside the hours."""
    card: str | None = None
    """Name of the model that finds intents, as its card says it. Without it, that of `card.yaml`
    beside the desk; a desk without a model answers from articles alone."""
    templates: str = "templates.yaml"
    """File with the answers to intents, beside the desk."""
    articles: str = "articles"
    """Folder of the knowledge base, beside the desk."""
    slots: dict[str, Slot] = Field(default_factory=dict)
    """Values that templates and lookups need, by name."""
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    """Questions to the company's systems, by name."""
    endpoint: Endpoint | None = None
    """A language model that words answers from articles. The desk is complete without one."""
    hours: Hours = Hours()
    """When people answer."""
    queues: list[Queue] = Field(default_factory=list)
    """Where conversations wait for a person; the first that fits, else `support`."""
    channels: Channels = Channels()
    """Where customers write."""
    timeouts: Timeouts = Timeouts()
    """How long anybody waits before something happens."""
    decision: Decision = Decision()
    """When the desk may answer."""
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    """Currency of every amount of the file, in three capital letters (ISO 4217)."""
    person_minute: float = Field(default=0, ge=0)
    """What a minute of a person costs."""
