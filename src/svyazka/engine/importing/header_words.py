"""Words that head the columns of people's own tables, by the field that they mean. Compared without case, ё and punctuation."""

from collections.abc import Mapping
from typing import Final

SURE: Final[Mapping[str, str]] = {
    "_id": "_id",
    "_ver": "_ver",
    "_was": "_was",
    "number": """номер сделки; номер заявки; номер запроса; номер обращения; № сделки; № заявки; № запроса; № обращения; код сделки; код заявки;
        deal number; request number; deal no; deal id; ticket number; id сделки; id заявки; id лида; lead id; record id""",
    "received": """дата обращения; дата запроса; дата заявки; дата поступления; поступил; поступила; поступило; дата получения; дата создания; создан; создана; создано;
        дата входа; дата лида; когда обратился; когда пришёл; дата первого контакта; дата регистрации; принят; принята; received; received at; received on;
        date received; created; created at; created on; create date; created date; date created; request date; date of request; date added; date entered""",
    "client": """клиент; компания; контрагент; заказчик; организация; название компании; наименование компании; наименование клиента; название клиента;
        наименование контрагента; наименование организации; название организации; имя клиента; фирма; предприятие; юрлицо; юр лицо; юридическое лицо; покупатель;
        лид компания; компания клиент; client; customer; company; account; account name; company name; client name; customer name; organization; organisation; organization name; associated company""",
    "inn": """инн; инн кпп; инн клиента; инн компании; инн контрагента; инн заказчика; инн организации; инн юл; налоговый номер; tax number; tax id; inn; taxpayer number; vat number; tin""",
    "contact": """контакт; контактное лицо; контактное лицо клиента; контактное лицо заказчика; контактный человек; лпр; фио; фио контакта; фио клиента; имя контакта; контакт клиента; представитель;
        представитель клиента; представитель заказчика; кто обратился; собеседник; с кем общаемся; contact; contact name; contact person; full name; primary contact; associated contact; decision maker; person""",
    "duty": """должность; должность контакта; должность лпр; должность контактного лица; позиция; роль контакта; position; job title; title of contact; contact title; job; duty""",
    "phone": """телефон; тел; телефоны; номер телефона; моб; мобильный; мобильный телефон; моб тел; рабочий телефон; контактный телефон; телефон клиента; телефон контакта; сотовый; тел клиента; тел факс;
        phone; phone number; telephone; mobile; mobile phone; cell; cell phone; tel; work phone; contact phone""",
    "email": """почта; email; e mail; эл почта; электронная почта; емейл; имейл; мейл; адрес почты; электронный адрес; почта клиента; почта контакта; рабочая почта; email клиента; e mail клиента; e mail контакта; mail; email address; contact email; work email""",
    "request": """запрос; запрос клиента; суть; суть запроса; суть обращения; суть заявки; что просит; что просит клиент; что хочет; что хочет клиент; что нужно; потребность; задача; задача клиента; задачи; предмет;
        предмет обращения; описание; описание запроса; описание задачи; содержание; тема; тема обращения; обращение; запрос словами клиента; название сделки; название проекта; проект; наименование сделки; request; need; needs; subject; what they want;
        description; deal name; deal title; opportunity name; project; project name; task; client request; the request in the client s words; the request""",
    "source": """источник; источник лида; источник обращения; источник заявки; источник запроса; откуда; откуда пришёл; откуда узнали; откуда лид; канал; канал обращения; канал привлечения; рекламный канал; source; lead source; deal source; original source; channel; origin""",
    "author": """кто привёл; кто принёс; привёл; принёс; лидогенератор; автор; автор запроса; автор лида; автор заявки; кто нашёл; кем приведён; рекомендатель; агент; партнёр; кто завёл; кем создан; кем создана; author; brought by;
        lead generator; referred by; referrer; agent; created by; sdr; introduced by""",
    "manager": """менеджер; ответственный; отв; ответственный менеджер; отв менеджер; менеджер проекта; менеджер сделки; менеджер по продажам; продавец; ведёт; кто ведёт; куратор; аккаунт менеджер; аккаунт; сейлз; мп; manager; deal owner; owner;
        responsible; responsible person; account manager; sales manager; sales rep; salesperson; assigned to; opportunity owner; lead owner; account owner""",
    "expert": """эксперт; аналитик; консультант; пресейл; архитектор; технический эксперт; ведущий консультант; специалист; expert; analyst; consultant; presale; presales; solution architect; presales engineer""",
    "stage": """этап; стадия; этап сделки; стадия сделки; этап воронки; текущий этап; фаза; шаг воронки; этап продажи; этап продаж; стадия продажи; колонка; stage; deal stage; pipeline stage; sales stage; phase; current stage; lead stage""",
    "stage_since": """на этапе с; дата этапа; дата стадии; дата смены этапа; дата смены стадии; дата изменения стадии; дата изменения этапа; стадия с; этап с; дата перехода; дата перехода на этап; stage since; in stage since; stage date; stage changed; stage changed at; date entered stage; stage entered""",
    "status": """статус; статус сделки; состояние; статус заявки; статус лида; статус запроса; результат; итог; исход; исход сделки; status; deal status; outcome; result; state; lead status""",
    "reason": """причина; причина отказа; причина проигрыша; почему отказ; почему проиграли; причина закрытия; причина потери; причина провала; reason; lost reason; closed lost reason; loss reason; reason lost; reason for loss; closing reason""",
    "evidence": """чем подтверждается; чем подтверждена причина; подтверждение; подтверждение причины; доказательство; основание отказа; evidence; proof; what shows it""",
    "next_step": """следующий шаг; след шаг; дальнейшие действия; что дальше; что делаем; следующее действие; что сделать; действие; план; ближайший шаг; дальнейший шаг; договорённость; договорённости; обязательство; next step; next steps; next action; next activity; action; to do; todo; commitment""",
    "performer": """исполнитель; кто делает; кто должен; кто исполняет; отв за шаг; ответственный за шаг; за кем; за кем шаг; performer; who; assignee; executor; next step owner; action owner; who does it""",
    "due": """срок; до какого числа; срок шага; дедлайн; к какому сроку; дата следующего шага; дата след шага; дата шага; дата следующего контакта; дата контакта; когда; срок исполнения; контрольная дата; крайний срок; напомнить; due; due date; due by; deadline; by when; next step date; next activity date; follow up date; follow up""",
    "contract_number": """номер договора; № договора; договор; договор №; номер контракта; № контракта; контракт; договор номер; contract number; contract no; contract; agreement number; contract id""",
    "contract_date": """дата договора; дата контракта; дата подписания; дата заключения; дата заключения договора; договор от; договор дата; дата закрытия; дата закрытия сделки; подписан; contract date; signed; signed on; date signed; signing date; close date; closing date; date closed""",
    "contract_sum": """сумма договора; сумма; сумма сделки; сумма контракта; стоимость; стоимость договора; цена договора; цена; цена контракта; сумма продажи; договор сумма; выручка по сделке; amount; deal amount; contract sum; contract amount; contract value; sum; value; deal value; total; price""",
    "budget": """бюджет; рамка бюджета; бюджет клиента; бюджет проекта; бюджет и способ закупки; рамка бюджета и способ закупки; ожидаемая сумма; планируемая сумма; предполагаемая сумма; потенциал; способ закупки; budget; budget and procurement; expected amount; expected revenue; forecast; forecast amount; estimated value; potential""",
    "lines": """направление; направления; направления бизнеса; направление бизнеса; отрасль; отрасли; сфера; сфера деятельности; вид деятельности; деятельность; оквэд; индустрия; отрасль клиента; чем занимаются; industry; line of business; lines of business; business; vertical; sector""",
    "headcount": """сотрудники; сотрудников; численность; кол во сотрудников; количество сотрудников; число сотрудников; штат; сотрудники и будущие пользователи; персонал; численность персонала; размер компании; пользователей; количество пользователей; число пользователей; headcount; employees;
        number of employees; headcount and future users; company size; users; staff; number of users""",
    "note": """примечание; примечания; комментарий; комментарии; коммент; заметка; заметки; прим; дополнительно; доп информация; доп инфо; дополнительная информация; пометки; ход работ; история; история общения; note; notes; comment; comments; remark; remarks; memo; additional information""",
}  # fmt: skip
"""Words that mean the field, parted by semicolons."""

MAYBE: Final[Mapping[str, str]] = {
    "number": "номер; №; id; ид; код; number; no; code; заявка №",
    "received": "дата; date; начало; старт; дата начала; день; start date; time; месяц",
    "client": "название; наименование; имя; name; контакт; объект",
    "contact": "имя; name; first name; сотрудник; имя фамилия; ответственный клиента; ответственный со стороны клиента",
    "phone": "контакты; контактные данные; contacts; факс; whatsapp; вотсап",
    "email": "контакты; контактные данные; contacts; сайт и почта",
    "request": "название; наименование; name; title; продукт; услуга; product; service; конфигурация; тип запроса; комментарий",
    "author": "кто; создал; источник; партнер",
    "manager": "сотрудник; фио менеджера; исполнитель; ответственное лицо; исполнитель сделки; кто",
    "expert": "исполнитель; специалисты; участники; внедренец; ответственный эксперт; тимлид; программист",
    "stage": "статус; состояние; шаг; status; state; воронка; pipeline",
    "status": "этап; стадия; stage",
    "reason": "комментарий к отказу; отказ; почему",
    "next_step": "шаг; задача; задачи; task; статус работ; комментарий",
    "performer": "ответственный; отв; responsible; assigned to",
    "due": "дата; date; дата план; плановая дата; план; до; ожидаемая дата закрытия; expected close date",
    "contract_number": "номер; документ; № документа",
    "contract_date": "дата; date; дата документа; закрыта",
    "contract_sum": "бюджет; оборот; чек; руб; рублей; выручка; revenue; budget; итого",
    "budget": "сумма; оценка; стоимость; цена; amount; sum; price; чек; value",
    "lines": "тип клиента; тип компании; категория",
    "headcount": "размер; масштаб; size; количество; кол во; человек; чел",
    "note": "статус комментарий; описание; description; текст; инфо; информация; результат",
}  # fmt: skip
"""Words that may mean it as well, if the column isn't another field's."""
