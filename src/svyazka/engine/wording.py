"""Words that promise nothing: junk answers, deadlines without a date, meetings without a goal. Russian and English.

Codes and phrases only; pages speak about them.
"""

import re
from itertools import islice


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# An answer is junk when it has no other words than these, and either one that says "nothing" by itself
# or a negation with a word for knowing.
_NOTHING = _set("""
    нет нету неа никак ничего никто пусто прочерк неизвестно непонятно неясно незнаю незнаем хз тест тестовый
    уточнить уточню уточним уточнит уточнят уточняю уточняем уточняется уточняются уточнение уточнения
    выяснить выясню выясним выясняем выясняется узнать узнаю узнаем узнает спросить спрошу спросим спросит
    определимся определим дополню допишу заполню заполнить заполним потом позже позднее попозже бла блабла
    no none nope nothing nil null nan undefined unknown tbd tba tbc todo fixme later idk dunno clarify
    test testing lorem ipsum pending
    """)
_KNOWING = _set("""
    знаю знаем знает знают ясно понятно известно понятия данных информации инфы сведений ответа
    указано указан указана указали заполнено определено определен определились решили
    уточнял уточняла уточняли уточнили выяснили узнавал узнавала узнавали узнали
    спрашивал спрашивала спрашивали спросил спросила спросили говорил говорит сказал сказали
    know known sure idea clue info information data clear decided defined specified asked answer yet
    """)
_NEGATIONS = _set("не ни нет без no not without dont don doesnt doesn didnt didn cant isnt isn wasnt wasn")
_FILLERS = _set("""
    а и у ну но да по ее его их еще пока что это этого так все о об про от тут там мне нам мы я он она они вам
    надо нужно требуется требует необходимо будет будем буду предстоит можно сам сама сами нас меня никаких
    клиент клиента клиентом клиенту клиенте заказчик заказчика заказчику менеджер менеджера даже сейчас сегодня точно
    a an the to be is are it we i you he she they t s do does did was were has have will at of from with by for
    client clients customer still so far
    """)
_KNOWN = _NOTHING | _KNOWING | _NEGATIONS | _FILLERS
_NOTHING_WHOLE = _set("""
    нд на nd na хм эм мм гм wip ok ок tobeconfirmed tobedetermined tobedefined tobedecided tobeannounced tobeclarified
    tobeadvised tobediscussed notapplicable notavailable неприменимо неактуально
    """)
_NOTHING_PARTS = frozenset(
    whole[start:end]
    for whole in _NOTHING_WHOLE
    for start in range(len(whole))
    for end in range(start + 1, len(whole) + 1)
)
_ASKING = _set("надо нужно уточнить узнать спросить выяснить")
_ASK_SOMEBODY = re.compile(r"(?:надо |нужно )?(?:уточнить|узнать|спросить|выяснить) у(?: \w+){1,2}")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_KEYBOARD_BOTH_WAYS = " ".join(row[::step] for row in _KEYBOARD for step in (1, -1))
_MASHED = re.compile("|".join(f"(?:{row[:3]})+" for row in _KEYBOARD))
_ONE_LETTER = re.compile(r"(.)\1*")
_REPEATED = re.compile(r"(.{2,4}?)\1{2,}")
_WORD = re.compile(r"[^\W_]+")


def is_junk(answer: str) -> bool:
    """Tell whether an answer only fills the field: empty, punctuation, «нет», «уточнить», «н/д», tbd, asdf, ааа.

    A short answer that says something passes: a figure, a product's name, «нет бюджета до июля».
    """
    plain = _plain(answer)
    if _begins_with_sense(plain):
        return False
    words = _WORD.findall(plain)
    whole = "".join(words)
    if not whole or whole in _NOTHING_WHOLE:
        return True
    if whole.isalpha() and (_ONE_LETTER.fullmatch(whole) or _REPEATED.fullmatch(whole)):
        return True
    if _ASK_SOMEBODY.fullmatch(" ".join(words)):
        return True
    return _says_nothing(words)


def lack_of(text: str) -> str:
    """What a text that has to say something lacks: ``required`` for an empty one, ``junk`` if it only fills the field."""
    if not _WORD.search(_plain(text)):
        return "required"
    return "junk" if is_junk(text) else ""


def _begins_with_sense(plain: str) -> bool:
    """Whether one of the first words alone shows that an answer isn't junk: most answers are told so, several times faster.

    A word of more than four different letters is no part of what repeats.
    """
    for place, match in enumerate(islice(_WORD.finditer(plain), 4)):
        word = match[0]
        if not place and word in _ASKING:
            return False
        if len(set(word)) > 4 and word not in _KNOWN and word not in _NOTHING_PARTS and not _is_mash(word):
            return True
    return False


def _says_nothing(words: list[str]) -> bool:
    if any(word not in _KNOWN and not _is_mash(word) for word in words):
        return False
    used = {word for word in words if not _is_mash(word)}
    if not used:
        return True
    return bool(used & _NOTHING) or bool(used & _KNOWING and used & _NEGATIONS)


def _is_mash(word: str) -> bool:
    """Tell whether fingers just ran along the keyboard."""
    if _MASHED.fullmatch(word):
        return True
    return len(word) > 3 and word in _KEYBOARD_BOTH_WAYS


# Matched against words joined by single spaces, in small letters, without ё and punctuation.
_VAGUE_PHRASES = (
    r"(?:как|когда) (?:только )?(?:же )?(?:(?:я|мы|ты|вы|он|она|они) )?(?:смогу|сможешь|сможет|сможем|сможете|смогут)",
    r"(?:как|когда) (?:только )?(?:получится|освобожусь|освободишься|освободитесь|освободимся|успею|успеем|успеете)",
    r"(?:как|когда) (?:только )?(?:\w+ ){0,2}(?:будет|появится|найдется|выдастся) (?:\w+ )?(?:время|возможность|минута|удобно)",
    r"(?:как|когда) (?:только )?(?:руки дойдут|дойдут руки)",
    r"если (?:получится|успею|успеем|успеешь|успеете|будет время)",
    r"по возможности",
    r"по мере (?:возможност(?:и|ей)|сил|готовности)",
    r"при (?:первой )?(?:же )?возможности",
    r"при (?:удобном )?случае",
    r"(?:как|когда) нибудь",
    r"на днях",
    r"в (?:самое )?ближайшее время",
    r"в (?:самые )?ближайшие дни",
    r"в (?:скором|обозримом) (?:времени|будущем)",
    r"в свободное время",
    r"как можно (?:скорее|быстрее|раньше)",
    r"(?:чуть позже|попозже|поскорее|побыстрее|скоро|вскоре|асап)",
    r"(?:не к спеху|не горит|до лучших времен|рано или поздно)",
    r"(?:asap|a s a p)",
    r"as soon as (?:possible|(?:i|you|we|they) (?:can|could|are able|get to it))",
    r"when(?:ever)? (?:possible|convenient|(?:i|you|we) (?:can|are free|get to it|(?:have|get|find) (?:\w+ )?(?:time|chance)))",
    r"(?<!as )soon(?:ish)?(?: as possible)?",
    r"at (?:your|our) (?:earliest )?convenience",
    r"in due (?:course|time)",
    r"in the near future",
    r"(?:some ?day|sometime|one of these days|eventually|shortly|at some point|time permitting|if possible)",
    r"no (?:rush|hurry)",
)
_VAGUE = re.compile(rf"\b(?:{'|'.join(_VAGUE_PHRASES)})\b")
_VAGUE_ALONE = _set("потом позже позднее срочно later urgent urgently")
# «Вопрос по возможности обмена» speaks of what can be done, not of when.
_ABOUT = re.compile(
    r"\b(?:вопрос|ответ|информаци|консультаци|данн|демо|презентаци|обсуд|обсужд|анализ|решени|заключени|справк|отчет)\w* $"
)


def vague_deadline(text: str) -> str | None:
    """Return the phrase that stands where a date should («как сможешь», «на днях», asap), as typed, else None."""
    found = list(_WORD.finditer(_plain(text)))
    words = " ".join(word[0] for word in found)
    if words in _VAGUE_ALONE:
        return text[found[0].start() : found[0].end()]
    for match in _VAGUE.finditer(words):
        if match[0] == "по возможности" and _ABOUT.search(words[: match.start()]):
            continue
        first = words[: match.start()].count(" ")
        last = first + match[0].count(" ")
        return text[found[first].start() : found[last].end()]
    return None


_SHOW = r"(?:показать|показ|продемонстрировать|демонстрация|демо|презентовать|презентация|обзор|show|showcase|demo|demonstrate|present|presentation)"
_GOODS = (
    r"(?:(?:1[сc] )?(?:erp|ерп|ут|унф|ка|зуп|бп|crm|wms)|1[сc]|систем\w+|программ\w+|продукт\w*|модул\w+|компетенци\w+|экспертиз\w+"
    r"|возможност\w+|услуг\w*|решени\w+|слайд\w*|презентаци\w+|демо|компани\w+|себя|system|product|competence|expertise|skills|slides|features"
    r"|company|demo|ourselves)"
)
_DEAD = (
    rf"{_SHOW}(?: {_GOODS})*",
    r"(?:провести|сделать|give|make|do) (?:демо|демонстраци\w+|презентаци\w+|demo|presentation)(?: "
    + _GOODS
    + ")*",
    r"(?:рассказать|tell) (?:о|про|about) (?:себе|себя|нас|компании|компанию|us|company)",
    r"(?:пообщаться|поговорить|поболтать|встретиться|созвониться|познакомиться|знакомство|встреча|созвон|общение)",
    r"(?:обменяться визитками|поддержать контакт|наладить контакт)",
    r"(?:talk|chat|meet|have chat|catch up|touch base|get to know each other|introduce ourselves|say hello)",
)
_DEAD_FORMAT = re.compile("|".join(_DEAD))
_GOAL_FILLERS = _set("""
    просто ещё еще раз цель хотим хочу нужно надо мы наш нашу наши нашей свой свою свои своих нашего клиенту клиентом с
    заказчику заказчиком вживую им ему ей and и the a an our just to client customer them we want again
    """)


def dead_format(goal: str) -> str | None:
    """Return a meeting's goal that is no goal («показать ERP», «просто поговорить»), as typed; None for any other.

    A goal that says what for («показать ERP на их закупках, чтобы выбрать вариант») is left alone.
    """
    said = (word for word in _WORD.findall(_plain(goal)) if word not in _GOAL_FILLERS)
    words = " ".join(word for word in said if not word.isdigit())  # «УТ 11» and «ERP 2.5» are goods, too
    return goal.strip() if _DEAD_FORMAT.fullmatch(words) else None


# An effort: work of the head or of the tongue, which nobody but the doer can tell from idleness.
_EFFORTS = (
    r"(?:подумать|думать|подумаем|подумаю|обдумать|обдумаю|обдумаем|продумать|поразмыслить|поразмышлять|прикинуть)",
    r"(?:обсудить|обсудим|обсужу|обсуждение|пообсуждать|пообщаться|пообщаемся|пообщаюсь|поговорить|поговорим|поговорю|поболтать|переговорить)",
    r"(?:посмотреть|посмотрю|посмотрим|глянуть|поглядеть|поизучать|поработать|поработаем|позаниматься|заняться|вникнуть)",
    r"(?:think(?:ing)?(?: over| through| about)?|consider|ponder|brainstorm|mull(?: over)?|reflect(?: on)?)",
    r"(?:discuss(?:ion)?|talk(?: over| through| about)?|chat(?: about)?|(?:have|take) (?:a |another )?(?:talk|chat|think|look)|speak)",
    r"(?:look(?: into| at| over)?|dig(?: into)?|work on|deal with|see(?: to)?)",
)
# What an effort is about without naming a result: «обсудить детали с клиентом» shows nothing either.
_ABOUT_NOTHING = _set("""
    и а но над о об обо про по с со на в к у за как что еще раз просто нужно надо хорошо хорошенько внимательно пожалуйста вместе потом
    это этом этим этого этому его ее их все всё всем него нее ним ней ними нем том тем то себе сам сама сами
    я мы нам мне нами вами ты вы он она они
    вопрос вопроса вопросу вопросом вопросе вопросы вопросов вопросам вопросами тему теме темой темы тем
    дело делу делом деле дела детали деталей деталям деталях нюансы нюансов нюансах момент моменты ситуацию ситуации ситуацией
    задачу задаче задачей проблему проблеме проблемой идею идее
    клиент клиента клиенту клиентом клиенте клиентами заказчик заказчика заказчику заказчиком заказчике
    команда команде командой коллеги коллегами коллегам коллегой коллега внутри между собой
    the a an it this that them these those to on of about over into with and or at again some more just we i us our you they
    there further together how what carefully please
    question questions issue issues topic topics matter matters thing things stuff detail details situation problem idea
    client clients customer customers team colleague colleagues internally
    """)
_EFFORT = re.compile(rf"\b(?:{'|'.join(_EFFORTS)})\b")


def is_effort(result: str) -> bool:
    """Tell whether a promised result is an effort that nobody can see: «подумать», «обсудить с клиентом», "look into it".

    An effort that comes with something to be seen («обсудить сроки и прислать план») is left alone.
    """
    words = " ".join(_WORD.findall(_plain(result)))
    if not _EFFORT.search(words):
        return False
    rest = _EFFORT.sub(" ", words).split()
    return all(word in _ABOUT_NOTHING for word in rest)


def _plain(text: str) -> str:
    """Small letters, ё as е; every letter keeps its place."""
    low = text.lower()
    if len(low) != len(text) or "Σ" in text:  # whose small letter depends on its place
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.replace("ё", "е")
