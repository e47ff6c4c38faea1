"""Words for messages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "message.not_found": _("There is no such message in this study."),
    "message.wrong_state": _("This message still waits to leave. It can be sent again once it has left."),
    "message.no_mail_server": _(
        "No mail server is set, so messages wait. They leave once the setting DELPHI_SMTP_HOST is given."
    ),
    "message.mail_server_refuses": _(
        "The mail server does not let this installation in, so messages wait and are tried again. "
        "Whoever runs this installation needs to check the mail settings."
    ),
    "message.kind_unknown": _("There is no such message to write."),
    "message.subject_missing": _("Write a subject, or leave both empty to use the platform’s words."),
    "message.subject_too_long": _("The subject must be one line of at most %(most)s characters."),
    "message.link_in_subject": _(
        "The link is personal and must not stand in the subject. Take {link} out of it."
    ),
    "message.body_too_long": _("The text has %(found)s characters; at most %(most)s are allowed."),
    "message.placeholder_unknown_subject": _(
        "The subject has %(name)s, which nothing is put in for. Known are: %(known)s."
    ),
    "message.placeholder_unknown_body": _(
        "Line %(line)s of the text has %(name)s, which nothing is put in for. Known are: %(known)s."
    ),
    "message.link_missing": _(
        "The text has no {link}. Put it on a line of its own, between empty lines, where the button shall stand."
    ),
    "message.link_twice": _("The text has {link} more than once, again on line %(line)s. Keep one."),
    "message.link_not_alone": _(
        "On line %(line)s, {link} stands beside other words. Put it on a line of its own, between empty lines: it becomes the button."
    ),
    "message.nobody_to_remind": _(
        "There is nobody to remind now. Everyone is done, was written to less than a day ago, or wants no more reminders."
    ),
    "announcement.subject_missing": _("The message needs a subject in every language."),
    "announcement.body_missing": _("The message needs a text in every language."),
    "announcement.no_open_round": _("No round is open, so only everyone can be written to."),
    "announcement.nobody": _("Nobody is among those you chose. Nothing would be sent."),
    "announcement.changed": _(
        "The words, or who gets them, have changed since you looked: now %(count)s experts. "
        "Nothing was sent. Look at it again and confirm."
    ),
    "announcement.group_unknown": _("Choose from the list to whom the message goes."),
    "announcement.not_found": _("There is no such message in this study."),
    "reminder.in_past": _("This time is past. Choose a later one."),
    "reminder.before_opening": _("A reminder cannot come before the round opens."),
    "reminder.after_closing": _("A reminder must come before the round closes."),
    "reminder.no_time": _("Say when to remind: days before the round closes, or a date and time."),
    "reminder.days_unknown": _("“%(found)s” is not a number of days. Write them like this: 7, 2"),
    "reminder.nobody_chosen": _("Choose at least one expert to remind."),
    "reminder.no_closing_time": _("Days before closing can be counted once the round has a closing time."),
    "reminder.too_many": _("At most %(most)s reminders can wait in a round. Cancel some first."),
    "reminder.not_found": _("There is no such reminder in this round."),
    "message.no_deadline": _("No round is open at the moment, so there is no date to note."),
}

LABELS: dict[str, Any] = {
    "message.queued": _("Waiting to be sent"),
    "message.sending": _("Being sent"),
    "message.sent": _("Sent"),
    "message.failed": _("Failed"),
    "message.cancelled": _("Cancelled"),
    "message_reason.quiet_hours": _("Quiet hours: it leaves when they are over."),
    "message_reason.enough": _("The expert has had as many messages in seven days as the study allows."),
    "message_reason.left": _("The expert has declined or left the study."),
    "message_reason.done": _("The expert was done before it left."),
    "message_reason.stopped": _("The expert wants no more reminders."),
    "message_reason.no_answers": _("The round takes no answers any more."),
    "message_reason.concluded": _("The study is concluded."),
    "message_reason.not_yet": _("What it tells of has not happened."),
    "message_kind.account_invitation": _("Invitation to staff"),
    "message_kind.password_reset": _("New password"),
    "message_kind.team_added": _("Taken into a team"),
    "message_kind.news": _("News of a study"),
    "message_kind.round_invitation": _("Invitation to a round"),
    "message_kind.link_again": _("Personal link"),
    "message_kind.reminder_unopened": _("Reminder: not opened yet"),
    "message_kind.reminder_opened": _("Reminder: opened, nothing answered"),
    "message_kind.reminder_half_done": _("Reminder: begun, not finished"),
    "message_kind.deadline_notice": _("The round closes soon"),
    "message_kind.thank_you": _("Thank you"),
    "message_kind.results_out": _("The results are out"),
    "message_kind.consent_copy": _("Copy of the consent"),
    "message_kind.withdrawn": _("Confirmation of a withdrawal"),
    "message_reason.not_meant": _("The expert is not among those any more to whom it was written."),
    "message_kind.announcement": _("A message of the team"),
    "audience.everyone": _("Everyone in the study"),
    "audience.asked": _("Everyone asked in the round"),
    "audience.unopened": _("Who has not opened the round"),
    "audience.not_done": _("Who is not done"),
    "audience.done": _("Who is done"),
    "message_when.round_invitation": _("When a round opens, to everyone asked."),
    "message_when.reminder_unopened": _("When you send reminders, to those who have not opened the round."),
    "message_when.reminder_opened": _("When you send reminders, to those who looked and have not answered."),
    "message_when.reminder_half_done": _("When you send reminders, to those who have begun."),
    "message_when.deadline_notice": _("By itself, some days before a round closes, to everyone not done."),
    "message_when.thank_you": _("By itself, after an expert hands in; once a round."),
    "message_when.results_out": _("By itself, when the study is concluded, to everyone active."),
    "message_when.consent_copy": _("By itself, after an expert agrees to the consent text."),
    "message_when.link_again": _("When somebody asks for a lost link."),
    "message_when.withdrawn": _("By itself, after an expert withdraws."),
    "reminder_left_out.stopped": _("want no more reminders"),
    "reminder_left_out.lately": _("were written to less than a day ago"),
    "reminder_left_out.enough": _("have had as many messages in seven days as the study allows"),
    "reminder_not_now.stopped": _("Wants no more reminders"),
    "reminder_not_now.lately": _("Was written to less than a day ago"),
    "reminder_not_now.enough": _("Has had as many messages in seven days as the study allows"),
}
