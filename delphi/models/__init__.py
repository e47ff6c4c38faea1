"""What is stored: one file a noun. Models hold data and no decisions."""

from delphi.models.account import Account, AccountSession, AccountToken, RateLimit
from delphi.models.comment import Comment, CommentChange
from delphi.models.consent import Consent, ConsentText
from delphi.models.decision import Decision
from delphi.models.domain import Domain
from delphi.models.event import Event
from delphi.models.expert import Contact, Expert, ExpertPanel, Link
from delphi.models.feedback import Feedback
from delphi.models.item import Item, ItemPanel, Wording, WordingText
from delphi.models.message import Message
from delphi.models.panel import Panel
from delphi.models.protocol import Protocol
from delphi.models.rating import Rating, RatingChange
from delphi.models.round import Participation, ParticipationPanel, Round, RoundItem, RoundPanel
from delphi.models.study import Membership, Study
from delphi.models.verdict import StoredVerdict

__all__ = [
    "Account",
    "AccountSession",
    "AccountToken",
    "Comment",
    "CommentChange",
    "Consent",
    "ConsentText",
    "Contact",
    "Decision",
    "Domain",
    "Event",
    "Expert",
    "ExpertPanel",
    "Feedback",
    "Item",
    "ItemPanel",
    "Link",
    "Membership",
    "Message",
    "Panel",
    "Participation",
    "ParticipationPanel",
    "Protocol",
    "RateLimit",
    "Rating",
    "RatingChange",
    "Round",
    "RoundItem",
    "RoundPanel",
    "StoredVerdict",
    "Study",
    "Wording",
    "WordingText",
]
