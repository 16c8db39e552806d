"""What a command refused, as a sentence: one table from the code of a refusal or of a field's problem to its words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from svyazka.engine.facts import FACTS
from svyazka.presale.journal.values import Conflict, Invalid, Json, NotAllowed, Refusal
from svyazka.presale.people.rights import RIGHTS
from svyazka.speech.experts import say_level
from svyazka.speech.meetings import STATES as MEETING_STATES

Words = str | Promise

SENTENCES: Final[Mapping[str, Words]] = {
    # refusals
    "refused": gettext_lazy("That can’t be done now."),
    "not_allowed": gettext_lazy("You can’t do this here."),
    "not_allowed+who": gettext_lazy("You can’t do this here. Those who can: %(who)s."),
    "not_found": gettext_lazy("Not found, or you don’t have access to it."),
    "conflict": gettext_lazy(
        "Somebody has changed this in the meantime. Look at what is there now and try again."
    ),
    "changed_meanwhile": gettext_lazy(
        "Somebody changed the same fields while you were writing. Nothing of yours is lost: compare, keep what is right "
        "and save again."
    ),
    "changed_meanwhile+who": gettext_lazy(
        "%(who)s changed the same fields while you were writing. Nothing of yours is lost: compare, keep what is right "
        "and save again."
    ),
    "invalid": gettext_lazy("Check the marked fields."),
    "deal_closed": gettext_lazy("The deal is closed already: %(status)s."),
    "nothing_to_import": gettext_lazy("No row of the table can be brought in."),
    "import_taken_back": gettext_lazy("This import is undone already."),
    "import_only_changed": gettext_lazy(
        "This import has brought no deals, so there is nothing to take back. What it changed is in each deal’s journal; put it right on the deal’s page."
    ),
    "too_many_changes": gettext_lazy(
        "The table changes %(found)s deals, and %(most)s at once is the most. Split it."
    ),
    "due_by_the_process": gettext_lazy(
        "The process asks for this and sets its due date. Type a step of your own, or do it on the deal’s page."
    ),
    "stages_go_forward": gettext_lazy("A deal doesn’t go back to an earlier stage."),
    "ended_stays": gettext_lazy("The deal is closed. Reopen it on its page first."),
    "ends_with_its_status": gettext_lazy(
        "This belongs to the end of a deal. Change its status in the same row."
    ),
    "contract_lacks": gettext_lazy("A deal is won with the sum and the date of its contract."),
    "import_worked_on": gettext_lazy(
        "Somebody has worked on deals of this import since (%(deals)s). Say that they go as well, or keep the import."
    ),
    "draft_at_work": gettext_lazy("The table is being worked on right now. Wait until that is over."),
    "drafts_at_work": gettext_lazy("Your other tables are being worked on. Wait until one is done."),
    "draft_made": gettext_lazy("This table is brought in already."),
    "not_looked_at": gettext_lazy("First look at what becomes of the rows."),
    "no_requests": gettext_lazy(
        "No column says who asks for what: choose at least the client, or the request in the client’s words."
    ),
    "field_twice": gettext_lazy("Two columns can’t be the same: choose one of them."),
    "deal_is_open": gettext_lazy("The deal is open already."),
    "stage_already_left": gettext_lazy("This stage is finished already."),
    "stage_already_left+who": gettext_lazy("This stage is finished already. It was done by: %(who)s."),
    "stage_blocked": gettext_lazy("The stage can’t be left yet. Missing: %(missing)s."),
    "last_stage": gettext_lazy("This is the last stage: the deal ends by being won or lost."),
    "stage_is_gone": gettext_lazy("Version %(number)s of the process has no stage that this deal stands in."),
    "nobody_at_the_window": gettext_lazy(
        "There is nobody at the single window. An administrator appoints a dispatcher."
    ),
    "possible_duplicates": gettext_lazy("We may know this client already. Look at the similar ones first."),
    "seat_refused": gettext_lazy(
        "%(name)s may not take this role: it isn’t among the person’s presale roles."
    ),
    "seat_stays": gettext_lazy("This role can be handed over but not left empty: appoint somebody else."),
    "proven_elsewhere": gettext_lazy("This is checked automatically. %(supply)s."),
    "kept_by_its_event": gettext_lazy("Do it on the deal’s page: that closes the commitment."),
    "kept_by_its_event+supply": gettext_lazy("Doing it closes the commitment. %(supply)s."),
    "expert_claimed_already": gettext_lazy("%(who)s was first: %(competence)s, %(level_said)s."),
    "expert_request_closed": gettext_lazy("This expert request is over already."),
    "expert_asked_already": gettext_lazy("This competence is being looked for on this deal already."),
    "commitment_closed": gettext_lazy("This commitment is closed already: %(outcome)s."),
    "commitment_closed+who": gettext_lazy(
        "This commitment is closed already: %(outcome)s. It was done by: %(who)s."
    ),
    "file_empty": gettext_lazy("The file is empty."),
    "file_too_large": gettext_lazy("The file is larger than %(limit_mb)s MB."),
    "file_missing": gettext_lazy("The file is lost. An administrator can find out more."),
    "filed_elsewhere": gettext_lazy("This file has come into another deal’s folder before."),
    "document_removed": gettext_lazy("This file is removed already."),
    "no_room": gettext_lazy("There is no room for more files. Tell an administrator."),
    "question_done": gettext_lazy("This question has been dealt with already."),
    "no_process": gettext_lazy("No process is published yet. Its owner publishes one on the process page."),
    "process_changed": gettext_lazy(
        "Version %(number)s was published meanwhile. Compare it with yours and publish again."
    ),
    "process_invalid": gettext_lazy("The process has mistakes. See what is marked."),
    "too_many_dispatchers": gettext_lazy(
        "The single window has one or two dispatchers; both places are taken."
    ),
    "last_administrator": gettext_lazy("Somebody has to stay administrator. Appoint another one first."),
    "place_is_gone": gettext_lazy("Nobody is at this address. Switch it on again first."),
    "too_many_codes": gettext_lazy("You have asked for many codes already. Try again in an hour."),
    "lead_too_long": gettext_lazy(
        "Make it shorter: 4,000 characters at most. This message isn’t taken; what came before is kept."
    ),
    "lead_too_many_files": gettext_lazy(
        "A request takes %(most)s files at most. This message isn’t taken; what came before is kept."
    ),
    "too_many_leads": gettext_lazy("You have handed in many requests already. Try again in an hour."),
    "lead_under_way": gettext_lazy("First finish the request that you are handing in, or /cancel it."),
    "linked_elsewhere": gettext_lazy("This chat is linked to another colleague. Unlink it there first."),
    "bound_already": gettext_lazy("This group is in use for something else already. Unbind it there first."),
    "meeting_moved_on": gettext_lazy(
        "The meeting has moved on: it is %(meeting_state)s. Look at what is there now."
    ),
    "meeting_ahead": gettext_lazy(
        "A meeting with this client is being prepared or waits to be closed. Finish that one first."
    ),
    "run_under_way": gettext_lazy("You have a status run under way. Go on with it, or end it first."),
    "meeting_too_early": gettext_lazy(
        "It is too early to begin this meeting. If it is today after all, change its time first."
    ),
    "plan_not_ready": gettext_lazy(
        "The client couldn’t agree with this plan yet. What stands in the way is listed beside it."
    ),
    "client_answered_already": gettext_lazy("This has its answer already."),
    "client_answered_already+who": gettext_lazy("This has its answer already: %(who)s gave it."),
    "too_many_letters": gettext_lazy(
        "So many letters about one meeting have gone out today that we send no more. Call the client, or try tomorrow."
    ),
    "not_reviewed": gettext_lazy("Only a won, lost or declined deal is reviewed; this one is: %(status)s."),
    "no_closed_deal": gettext_lazy("There is no closed deal with this number."),
    "case_told": gettext_lazy("This deal is told in the case library already."),
    "proposal_settled": gettext_lazy("This proposal is %(proposal_state)s. Look at what is there now."),
    "door_shut": gettext_lazy("This link doesn’t work any more."),
    "code_refused": gettext_lazy("This code doesn’t work. Get a new one."),
    "key_reused": gettext_lazy("This Idempotency-Key came with another request before."),
    # problems of a field
    "required": gettext_lazy("This field is required."),
    "junk": gettext_lazy(
        "This doesn’t say anything yet. Write what is known, or who will find out and by when."
    ),
    "too_many": gettext_lazy("That is too many."),
    "not_a_length": gettext_lazy("From 1 to 600 minutes."),
    "leader_does_not_go": gettext_lazy(
        "This person doesn’t go. Add the person to those who go, or name another one."
    ),
    "delivery_presents_company": gettext_lazy(
        "Who builds doesn’t present the company. Give the point to the manager."
    ),
    "manager_presents_delivery": gettext_lazy(
        "The manager doesn’t speak of how it will be built. Give the point to the expert."
    ),
    "not_a_reply": gettext_lazy("This is no calendar’s answer to this meeting’s invitation."),
    "reply_to_an_earlier_plan": gettext_lazy(
        "This answers an earlier invitation. Since then the plan has changed."
    ),
    "reply_of_a_stranger": gettext_lazy("Nobody with this address is invited."),
    "line_no_deal": gettext_lazy("Begin with the deal’s number: “42 @ivanov estimate by Thu 15:00”."),
    "line_unknown_deal": gettext_lazy("There is no deal with this number."),
    "meeting_without_tasks": gettext_lazy(
        "A meeting ends with at least one task: who, which result, by when."
    ),
    "parked_without_owner": gettext_lazy(
        "This question has no owner yet: make it a task, or say how it is settled."
    ),
    "not_judged": gettext_lazy("Say whether it is met."),
    "nobody_sees_to_it": gettext_lazy("Choose who sees to the tasks."),
    "more_than_a_screen": gettext_lazy(
        "The letter is longer than a screen. Keep what the client has to confirm."
    ),
    "no_next_step": gettext_lazy("The letter doesn’t say what comes next."),
    "nothing_corrected": gettext_lazy("Nothing is changed. If all is correct, press “All correct”."),
    "corrected_and_confirmed": gettext_lazy(
        "There are corrections below: press “Send the corrections”. If all is correct, put the points back as they were."
    ),
    "no_result": gettext_lazy(
        "This can’t be seen. Name what will be there: a document, a letter, a date agreed with the client."
    ),
    "vague": gettext_lazy("Name the result; the time goes in its own field."),
    "needs_evidence": gettext_lazy("Refer to a letter or a file, or write who said what and when."),
    "needs_a_person": gettext_lazy("Only a person can say this."),
    "needs_original": gettext_lazy("Choose the deal that this one duplicates."),
    "bad_hours": gettext_lazy("From one hour to eighty a week."),
    "bad_minutes": gettext_lazy("From a quarter of an hour to forty hours."),
    "bad_inn": gettext_lazy("This is not an INN: 10 or 12 digits with the right check digits."),
    "bad_phone": gettext_lazy("This is not a phone number."),
    "address_of_ours": gettext_lazy(
        "This is a colleague’s address. The client answers from there, so it has to be the client’s own."
    ),
    "bad_email": gettext_lazy("This is not an e-mail address."),
    "bad_date": gettext_lazy("Choose a day and a time."),
    "not_a_number": gettext_lazy("Enter a number."),
    "not_positive": gettext_lazy("Enter a number above zero."),
    "line_nobody": gettext_lazy("Say who does it: @ivanov (the beginning of his address) or @Surname."),
    "line_unknown": gettext_lazy(
        "Nobody here is called so. Take the beginning of the address or the surname."
    ),
    "line_several": gettext_lazy("Several people are called so: take the beginning of the address."),
    "line_several+who": gettext_lazy("Several people are called so. Write which one: %(who)s."),
    "line_two": gettext_lazy("Name one person: a commitment is one’s own. Make a line for each."),
    "line_unclear_due": gettext_lazy(
        "It isn’t clear which day and hour is the due time. Say it once: “by Fri 27.11 15:00”."
    ),
    "line_no_due": gettext_lazy("Say by when: “by Thu 15:00”, “tomorrow”, “27.11”."),
    "line_vague_due": gettext_lazy("That is no date. Name a day: “by Thu 15:00”, “tomorrow”, “27.11”."),
    "in_the_past": gettext_lazy("This time has passed already."),
    "in_the_future": gettext_lazy("This day hasn’t come yet."),
    "unknown_choice": gettext_lazy("Choose from the list."),
    "unknown_field": gettext_lazy("The form has no such field."),
    "controller_is_the_doer": gettext_lazy("Somebody other than the performer has to check it."),
    "judge_is_the_doer": gettext_lazy("Who is to judge this proposal worked on that deal himself."),
    "controller_does_it": gettext_lazy(
        "This person checks the result, so somebody else has to do it. Hand it over to another colleague."
    ),
    "taken": gettext_lazy("This is taken already."),
    "ends_before_it_begins": gettext_lazy("The end comes before the beginning."),
    "agents_have_no_duties": gettext_lazy("Partner agents have no duties in the company."),
    "heads_have_a_unit": gettext_lazy("A head leads a unit: choose one."),
    "stand_in_is_another": gettext_lazy("Nobody can stand in for themselves."),
    "too_far": gettext_lazy("That is too far away. Name a nearer day."),
    "too_long": gettext_lazy("Make it shorter: 4,000 characters at most."),
    "does_not_fit": gettext_lazy("Make it shorter: so much doesn’t fit here."),
    "too_many_industries": gettext_lazy("Twelve industries at most: keep the main ones."),
    "bad_year": gettext_lazy("A year between 1990 and this one."),
    "bad_link": gettext_lazy("Paste the whole address from the browser: it begins with https:// or http://."),
    "weak_password": gettext_lazy("Ten characters or more, and not a common password."),
    "hours_go_forward": gettext_lazy(
        "Hours go forward (beginning, lunch, end), and a day is longer than an hour."
    ),
}

WHO: Final[Mapping[str, Words]] = {
    "administrator": pgettext_lazy("who", "administrator"),
    "process_owner": pgettext_lazy("who", "process owner"),
    "dispatcher": pgettext_lazy("who", "dispatcher"),
    "head": pgettext_lazy("who", "head of unit"),
    "participant": pgettext_lazy("who", "any colleague"),
    "agent": pgettext_lazy("who", "partner agent"),
    "manager": pgettext_lazy("who", "the deal’s manager"),
    "expert": pgettext_lazy("who", "expert"),
    "estimator": pgettext_lazy("who", "estimator"),
    "fixer": pgettext_lazy("who", "fixer"),
    "lead_generator": pgettext_lazy("who", "lead generator"),
    "performer": pgettext_lazy("who", "performer"),
    "controller": pgettext_lazy("who", "controller"),
    "going": pgettext_lazy("who", "those who go to the meeting"),
    "planner": pgettext_lazy("who", "whoever prepares the meeting"),
}
"""Duties and seats as a list of those who may do something."""

OUTCOMES: Final[Mapping[str, Words]] = {
    "open": pgettext_lazy("commitment", "open"),
    "kept": pgettext_lazy("commitment", "kept"),
    "late": pgettext_lazy("commitment", "kept late"),
    "broken": pgettext_lazy("commitment", "not kept"),
    "waived": pgettext_lazy("commitment", "waived"),
    "cancelled": pgettext_lazy("commitment", "cancelled"),
}

PROPOSAL_STATES: Final[Mapping[str, Words]] = {
    "open": pgettext_lazy("proposal", "waiting"),
    "taken": pgettext_lazy("proposal", "taken in"),
    "rejected": pgettext_lazy("proposal", "rejected"),
    "judged": pgettext_lazy("proposal", "judged"),
}

STATUSES: Final[Mapping[str, Words]] = {
    "open": pgettext_lazy("status", "under way"),
    "won": pgettext_lazy("status", "won"),
    "lost": pgettext_lazy("status", "lost"),
    "declined": pgettext_lazy("status", "declined"),
    "duplicate": pgettext_lazy("status", "duplicate"),
    "spam": pgettext_lazy("status", "spam"),
    "withdrawn": pgettext_lazy("status", "import undone"),
}
"""A deal's statuses in small letters."""


def say(refusal: Refusal) -> str:
    """The sentence of a refusal, in the active language."""
    if isinstance(refusal, NotAllowed):
        return _not_allowed(refusal)
    params: dict[str, Any] = dict(refusal.params)
    missing = getattr(refusal, "missing", ())
    if missing:
        params["missing"] = "; ".join(check.text.say(get_language() or "") for check in missing)
    return say_code(refusal.code, params)


def say_code(code: str, params: Mapping[str, Json] | None = None) -> str:
    """The sentence of a code: of a refusal, or of a field's problem (a value of ``Invalid.errors``)."""
    said = _worded(params or {})
    form = next((name for name in ("who", "supply") if said.get(name) and f"{code}+{name}" in SENTENCES), "")
    sentence = SENTENCES.get(f"{code}+{form}") or SENTENCES.get(code) or SENTENCES["refused"]
    return str(sentence) % said


def field_errors(refusal: Invalid) -> dict[str, str]:
    """What to mend, by field."""
    return {field: say_code(code, refusal.params) for field, code in refusal.errors.items()}


def _worded(params: Mapping[str, Json]) -> dict[str, Any]:
    said: dict[str, Any] = defaultdict(lambda: "—", params)
    for key, words in (("outcome", OUTCOMES), ("status", STATUSES)):
        if key in said:
            said[key] = str(words.get(str(said[key]), said[key]))
    if said.get("state"):
        said["meeting_state"] = str(MEETING_STATES.get(str(said["state"]), said["state"]))
        said["proposal_state"] = str(PROPOSAL_STATES.get(str(said["state"]), said["state"]))
    if isinstance(level := said.get("level"), int):
        said["level_said"] = say_level(level)
    fact = FACTS.get(str(said.get("fact") or said.get("event") or ""))
    if fact is not None:
        said["supply"] = fact.supply.say(get_language() or "")
    return said


def _not_allowed(refusal: NotAllowed) -> str:
    role = refusal.params.get("role")
    if role:
        return say_code("not_allowed", {"who": _listed([*str(role).split(", "), "administrator"])})
    rule = RIGHTS.get(str(refusal.params.get("right")))
    if rule is None:
        return say_code("not_allowed")
    return say_code("not_allowed", {"who": _listed([*sorted(rule.seats), *sorted(rule.duties)])})


def status_of(refusal: Refusal) -> int:
    """The HTTP status that a refused form comes back with."""
    if isinstance(refusal, NotAllowed):
        return 403
    return 409 if isinstance(refusal, Conflict) else 422


def _listed(codes: Iterable[str]) -> str:
    names = [str(WHO.get(code, code)) for code in dict.fromkeys(codes) if code != "shadow"]
    return ", ".join(names) or _("nobody here")
