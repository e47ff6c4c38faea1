"""What is stored: one file a noun. Models hold data and no decisions."""

from delphi.models.account import Account, AccountSession, AccountToken, RateLimit
from delphi.models.analysis import Analysis
from delphi.models.comment import Comment, CommentAnswer, CommentChange, Redaction
from delphi.models.consent import Consent, ConsentText
from delphi.models.decision import Decision
from delphi.models.domain import Domain
from delphi.models.event import Event
from delphi.models.expert import Contact, Expert, ExpertPanel, Link
from delphi.models.exposure import Exposure
from delphi.models.feedback import Feedback
from delphi.models.item import Item, ItemDescent, ItemField, ItemPanel, Wording, WordingText
from delphi.models.message import Farewell, Message, MessageTemplate
from delphi.models.note import Note
from delphi.models.panel import Panel
from delphi.models.presentation import GlossaryTerm, Presentation, Question
from delphi.models.protocol import Protocol
from delphi.models.rating import Rating, RatingChange
from delphi.models.reminder import Announcement, PlannedReminder
from delphi.models.report import OmittedSection, ReportText
from delphi.models.round import Participation, ParticipationPanel, Round, RoundItem, RoundPanel
from delphi.models.study import Membership, Study
from delphi.models.suggestion import Suggestion
from delphi.models.theme import Coding, CodingTheme, Settlement, SettlementTheme, Theme
from delphi.models.verdict import StoredVerdict
from delphi.models.work import Work

__all__ = [
    "Account",
    "AccountSession",
    "AccountToken",
    "Analysis",
    "Announcement",
    "Coding",
    "CodingTheme",
    "Comment",
    "CommentAnswer",
    "CommentChange",
    "Consent",
    "ConsentText",
    "Contact",
    "Decision",
    "Domain",
    "Event",
    "Expert",
    "ExpertPanel",
    "Exposure",
    "Farewell",
    "Feedback",
    "GlossaryTerm",
    "Item",
    "ItemDescent",
    "ItemField",
    "ItemPanel",
    "Link",
    "Membership",
    "Message",
    "MessageTemplate",
    "Note",
    "OmittedSection",
    "Panel",
    "Participation",
    "ParticipationPanel",
    "PlannedReminder",
    "Presentation",
    "Protocol",
    "Question",
    "RateLimit",
    "Rating",
    "RatingChange",
    "Redaction",
    "ReportText",
    "Round",
    "RoundItem",
    "RoundPanel",
    "Settlement",
    "SettlementTheme",
    "StoredVerdict",
    "Study",
    "Suggestion",
    "Theme",
    "Wording",
    "WordingText",
    "Work",
]
