"""Words for the lint's codes: what is wrong, and how to mend it, in Russian and English.

They stand here and not in the message catalogs because they speak about the YAML itself, whose texts
are in both languages too. ``{name}`` is a parameter of the problem.
"""

from svyazka.engine.process import Text


def _entry(message: tuple[str, str], mend: tuple[str, str]) -> tuple[Text, Text]:
    return Text(*message), Text(*mend)


_SHAPE = {
    "not-yaml": _entry(
        ("Это не читается как YAML", "This is not YAML: {detail}"),
        (
            "Проверьте эту строку и ту, что над ней: отступ, незакрытая кавычка или двоеточие в тексте без кавычек",
            "Check this line and the one above: an indent, a quote left open, or a colon in a text without quotes",
        ),
    ),
    "empty": _entry(
        ("Текст пуст", "The text is empty"),
        ("Начните с копии действующего процесса", "Start from a copy of the process in force"),
    ),
    "too-large": _entry(
        ("Текст больше {limit} КБ", "The text is larger than {limit} KB"),
        (
            "Процесс должен помещаться на листе: оставьте только правила",
            "A process should fit on a sheet: keep the rules only",
        ),
    ),
    "too-deep": _entry(
        ("Вложенность больше {limit} уровней", "Nested more than {limit} levels deep"),
        ("Уберите лишние отступы и скобки", "Remove the needless indents and brackets"),
    ),
    "alias": _entry(
        ("Ссылки YAML (& и *) не допускаются", "YAML anchors and aliases (& and *) are not allowed"),
        (
            "Напишите значение целиком; текст, который начинается с & или *, возьмите в кавычки",
            "Write the value out; put a text that begins with & or * in quotes",
        ),
    ),
    "tag": _entry(
        ("Метки типов YAML не допускаются: {tag}", "YAML tags are not allowed: {tag}"),
        (
            "Уберите метку; текст, который начинается с «!», возьмите в кавычки",
            "Remove the tag; put a text that begins with “!” in quotes",
        ),
    ),
    "several-documents": _entry(
        ("В тексте больше одного документа", "The text holds more than one document"),
        ("Оставьте один процесс и уберите строку «---»", "Keep one process and remove the line “---”"),
    ),
    "key-not-a-word": _entry(
        ("Ключ должен быть словом", "A key must be a word"),
        (
            "Возьмите в кавычки текст, который начинается со скобки или вопросительного знака",
            "Put a text that begins with a bracket or a question mark in quotes",
        ),
    ),
    "written-twice": _entry(
        ("Ключ «{key}» записан дважды", "The key “{key}” is written twice"),
        ("Оставьте одну из записей", "Keep one of the two"),
    ),
    "not-a-process": _entry(
        ("Это не описание процесса", "This is not a written process"),
        (
            "На верхнем уровне нужны ключи process, name, stages, terms, fields, lost_reasons",
            "The top level needs the keys process, name, stages, terms, fields, lost_reasons",
        ),
    ),
    "unknown-key": _entry(
        ("Неизвестный ключ «{key}»", "Unknown key “{key}”"),
        (
            "Уберите его или исправьте опечатку. Здесь бывают: {allowed}",
            "Remove it or mend the spelling. Known here: {allowed}",
        ),
    ),
    "missing-key": _entry(
        ("Не хватает ключа «{key}»", "The key “{key}” is missing"),
        ("Где его дописать: {where}", "Add it: {where}"),
    ),
    "wrong-type": _entry(
        ("У ключа «{key}» значение не того вида", "The value of “{key}” is of the wrong kind"),
        ("Здесь нужно: {kind_ru}", "What is needed here: {kind_en}"),
    ),
    "missing-translation": _entry(
        ("Нет текста на языке «{language}»", "The text in “{language}” is missing"),
        (
            "Напишите текст и по-русски (ru), и по-английски (en)",
            "Write the text both in Russian (ru) and in English (en)",
        ),
    ),
    "stray-words": _entry(
        ("Лишнее рядом с текстом: «{words}»", "Stray words beside a text: “{words}”"),
        (
            "Здесь бывают только ru и en; текст с запятой внутри фигурных скобок возьмите в кавычки",
            "Only ru and en are known here; put a text with a comma inside braces in quotes",
        ),
    ),
    "bad-key": _entry(
        ("Ключ «{key}» не подходит", "The key “{key}” won't do"),
        (
            "Строчные латинские буквы, цифры и подчёркивания, первой идёт буква, не больше 40 знаков",
            "Small Latin letters, digits and underscores, a letter first, 40 characters at most",
        ),
    ),
    "duplicate-key": _entry(
        ("Ключ «{key}» уже занят в списке {list}", "The key “{key}” is already taken in the list {list}"),
        ("Дайте одной из записей другой ключ", "Give one of the two entries another key"),
    ),
    "unknown-value": _entry(
        ("У ключа «{key}» не бывает значения «{value}»", "“{value}” is not a value of “{key}”"),
        ("Выберите одно из: {allowed}", "Choose one of: {allowed}"),
    ),
    "bad-duration": _entry(
        ("«{value}» — не рабочее время", "“{value}” is not a working time"),
        (
            "Число и буква: 30m — минуты, 2h — часы, 5d — дни; не больше 250 дней",
            "A number and a letter: 30m for minutes, 2h for hours, 5d for days; 250 days at most",
        ),
    ),
    "unknown-anchor": _entry(
        ("Неизвестно, когда наступает «{anchor}»", "Nobody knows when “{anchor}” is"),
        ("Срок можно отсчитать до: {allowed}", "A term may be counted back from: {allowed}"),
    ),
}

_SENSE = {
    "no-stages": _entry(
        ("В процессе нет этапов", "The process has no stages"),
        ("Опишите от пяти до семи этапов", "Write down five to seven stages"),
    ),
    "too-many-stages": _entry(
        ("Этапов {count}, а должно быть не больше {limit}", "{count} stages; {limit} is the most"),
        (
            "Объедините этапы: то, что не меняет ответственного, — пункт, а не этап",
            "Join stages: what doesn't change who is accountable is a check, not a stage",
        ),
    ),
    "few-stages": _entry(
        ("Этапов всего {count}, обычно их от {limit} до 7", "Only {count} stages; {limit} to 7 is usual"),
        (
            "Проверьте, не спрятаны ли в одном этапе два разных результата",
            "See whether one of them hides two different results",
        ),
    ),
    "stage-without-result": _entry(
        ("У этапа нет результата", "The stage has no result"),
        (
            "Допишите result — чем заканчивается этап, чтобы это можно было проверить",
            "Add result: what the stage ends with, so that it can be checked",
        ),
    ),
    "no-accountable": _entry(
        ("У этапа нет ответственного", "Nobody is accountable for the stage"),
        ("Укажите в accountable ровно одну роль", "Name exactly one role in accountable"),
    ),
    "two-accountables": _entry(
        ("У этапа несколько ответственных: {roles}", "The stage has several accountable roles: {roles}"),
        (
            "Оставьте одну роль в accountable, остальным дайте уровень decisive или doing",
            "Keep one role in accountable; give the others the level decisive or doing",
        ),
    ),
    "unknown-role": _entry(
        ("Неизвестная роль «{role}»", "Unknown role “{role}”"),
        ("Выберите одну из: {allowed}", "Choose one of: {allowed}"),
    ),
    "unknown-fact": _entry(
        ("Неизвестный факт «{fact}»", "Unknown fact “{fact}”"),
        (
            "Возьмите факт из словаря (похожий: {near}) или отдайте пункт роли: tick",
            "Take a fact from the vocabulary (a similar one: {near}) or let a role tick it: tick",
        ),
    ),
    "proven-too-late": _entry(
        (
            "Факт «{fact}» появляется, только когда сделка уже завершена",
            "The fact “{fact}” comes true only when the deal has ended",
        ),
        (
            "Уберите пункт: номер, сумму и дату договора спросят при победе",
            "Remove the check: a win asks for the contract's number, sum and date anyway",
        ),
    ),
    "no-proof": _entry(
        ("Непонятно, чем доказать пункт", "Nothing proves the check"),
        (
            "Добавьте fact — факт, который система видит сама, или tick — роль, которая отметит пункт",
            "Add fact, something the system can see, or tick, the role that ticks the check",
        ),
    ),
    "two-proofs": _entry(
        ("У пункта и факт, и отметка", "The check has both a fact and a tick"),
        ("Оставьте что-то одно: fact или tick", "Keep one of the two: fact or tick"),
    ),
    "too-many-checks": _entry(
        ("Пунктов {count}, а должно быть не больше {limit}", "{count} checks; {limit} is the most"),
        ("Оставьте те, ради которых стоит остановить сделку", "Keep those worth stopping a deal for"),
    ),
    "too-many-terms": _entry(
        ("Сроков {count}, а должно быть не больше {limit}", "{count} terms; {limit} is the most"),
        (
            "Оставьте обязательства, за которыми кто-то следит",
            "Keep the commitments that somebody looks after",
        ),
    ),
    "no-stop": _entry(
        ("Ни один пункт не держит выход из этапа", "No check holds the way out of the stage"),
        (
            "Дайте strength: stop хотя бы одному пункту — тому, без которого результата нет",
            "Give strength: stop to at least one check, the one without which there is no result",
        ),
    ),
    "many-fields": _entry(
        (
            "Полей {count}; больше {limit} заполняют наугад",
            "{count} fields; above {limit} people fill them in anyhow",
        ),
        ("Уберите поля, по которым ничего не решают", "Remove the fields that decide nothing"),
    ),
    "no-choices": _entry(
        ("У поля с выбором нет вариантов", "The field offers no choices"),
        ("Перечислите варианты в choices", "List the choices in choices"),
    ),
    "empty-group": _entry(
        ("В группе нет ни одной причины", "The group has no reason in it"),
        ("Добавьте причины или уберите группу", "Add reasons or remove the group"),
    ),
    "bare-other": _entry(
        ("«{text}» — не причина", "“{text}” is not a reason"),
        (
            "Назовите, что именно случилось: по «другому» ничему не научишься",
            "Say what happened: nobody learns anything from “other”",
        ),
    ),
    "empty-agenda": _entry(
        ("В повестке нет пунктов", "The agenda has no items"),
        ("Добавьте пункты с минутами или уберите повестку", "Add items with minutes or remove the agenda"),
    ),
    "unknown-event": _entry(
        ("Неизвестное событие «{event}»", "Unknown event “{event}”"),
        (
            "Возьмите событие из словаря; похожее: {near}",
            "Take an event from the vocabulary; a similar one: {near}",
        ),
    ),
    "opens-at-end": _entry(
        (
            "Событие «{event}» завершает сделку, обязательство сразу отменится",
            "“{event}” ends the deal, the commitment would be cancelled at once",
        ),
        ("Откройте обязательство раньше", "Open the commitment earlier"),
    ),
    "never-closes-silent": _entry(
        (
            "Обязательство никогда не закроется: о факте «{event}» нет события",
            "The commitment can never close: no event tells of the fact “{event}”",
        ),
        (
            "Закройте его событием: отметкой человека, назначением или переходом на этап",
            "Close it by an event: a statement, an appointment or a stage",
        ),
    ),
    "never-closes-no-stage": _entry(
        (
            "Обязательство никогда не закроется: этапа «{event}» в процессе нет",
            "The commitment can never close: the process has no “{event}”",
        ),
        ("Исправьте ключ этапа; похожее: {near}", "Mend the stage's key; similar: {near}"),
    ),
    "never-closes-past": _entry(
        (
            "Обязательство никогда не закроется: «{event}» бывает не позже, чем «{opens}»",
            "The commitment can never close: “{event}” happens no later than “{opens}”",
        ),
        ("Закройте его более поздним событием", "Close it by a later event"),
    ),
    "cycle": _entry(
        (
            "Обязательства порождают друг друга без конца: {path}",
            "Commitments breed each other for ever: {path}",
        ),
        (
            "Закройте одно из них событием, которое ничего не открывает",
            "Close one of them by an event that opens nothing",
        ),
    ),
    "stage-opens-nothing": _entry(
        (
            "Вход в этап «{stage}» не открывает ни одного обязательства",
            "Entering the stage “{stage}” opens no commitment",
        ),
        (
            "Добавьте срок с opens: stage.{stage}, чтобы сделка не стояла",
            "Add a term with opens: stage.{stage}, so that the deal doesn't stand still",
        ),
    ),
}

TEXTS: dict[str, tuple[Text, Text]] = {**_SHAPE, **_SENSE}
"""Message and mend of every code."""

KINDS: dict[str, Text] = {
    "word": Text("слово или строка", "a word or a line"),
    "flag": Text("true или false", "true or false"),
    "count": Text("целое число от 1 до 9999", "a whole number from 1 to 9999"),
    "translations": Text("два текста: ru и en", "two texts: ru and en"),
    "mapping": Text("ключи со значениями", "keys with values"),
    "list": Text("список, каждая запись с дефиса", "a list, a dash before each entry"),
}
"""What a ``wrong-type`` problem expected."""
