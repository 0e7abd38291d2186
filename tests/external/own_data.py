"""own_data: two small databases of our own making that look like nobody's else: composite keys, keys called by other words, Chinese
table and column names, codes of pinyin letters, 0 and 1 for no and yes. Asked through drafted models with SQL written by hand.

In: the questions of own_data.yaml. Out: an outcome per question and language, judged by rows as `spider` does. The data are made
anew for each run and are always the same.

    python -m tests.external.own_data [DATABASE]
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from assistant.inspection import inspect
from tests.external.real_data import LANGS, questions
from tests.external.spider import Outcome, ask_folder

FILE = "own_data.yaml"
Row = tuple[object, ...]
Tables = Mapping[str, tuple[str, Sequence[Row]]]
"""Table -> its columns as SQL, its rows."""


def inn(made: random.Random) -> Tables:
    """A chain of hotels: rooms are told apart by hotel and number, a booking's guest and a review's booking are called after rows."""
    cities = ("Lisbon", "Porto", "Faro", "Lisbon", "Braga", "Porto", "Lisbon")
    names = ("Alfama Court", "Ribeira House", "Marina Lodge", "Belem Palace", "Old Town Inn", "Douro View", "Graca Rooms")
    stars = (4, 3, 5, 5, 2, 4, 3)
    hotels = [(f"H{n:02}", names[n], cities[n], stars[n], date(1990 + 4 * n, 3, 1)) for n in range(7)]
    rooms: list[Row] = []
    for hotel in hotels[:6]:
        for number in range(9):
            kind = ("single", "double", "suite")[number % 3]
            rate = {"single": 70, "double": 110, "suite": 210}[kind] + 10 * int(hotel[3]) + made.randint(0, 9)
            rooms.append(
                (hotel[0], 100 * (1 + number // 3) + number, kind, 1 + number // 3, rate, made.choice(("yes", "no", "no")))
            )
    first, last = (
        ("Ana", "Ben", "Carla", "Dirk", "Emma", "Filip", "Greta", "Hugo"),
        ("Silva", "Maier", "Dubois", "Rossi", "Novak"),
    )
    lands = ("Germany", "France", "Portugal", "Italy", "Germany", "Portugal", "Portugal", "Spain")
    tiers = ("silver", "gold", "none", "none", "platinum")
    guests = [
        (n, first[n % 8], last[n % 5], lands[(n * 7 + n // 8) % 8], date(1950 + n % 50, 1 + n % 12, 5), tiers[n * 3 % 5])
        for n in range(1, 61)
    ]
    bookings: list[Row] = []
    for n in range(300):
        room = made.choice(rooms)
        made_on = date(2024, 6, 1) + timedelta(days=made.randint(0, 500))
        arrives, nights = made_on + timedelta(days=made.randint(1, 40)), made.choice((1, 2, 2, 3, 4, 5, 7))
        status = made.choice(("confirmed", "checked out", "checked out", "checked out", "cancelled", "no show"))
        channel = made.choice(("website", "website", "agency", "phone", "app"))
        guest, adults = int(52 * made.random() ** 1.5) + 1, made.randint(1, 3)
        bookings.append(
            (
                f"BK{n:05}",
                guest,
                room[0],
                room[1],
                made_on,
                arrives,
                nights,
                adults,
                channel,
                status,
                nights * float(str(room[4])),
            )
        )
    extras: list[Row] = []
    for booking in bookings[::2]:
        for line in range(1, made.randint(1, 4)):
            extra, price = made.choice(
                (("breakfast", 14), ("parking", 20), ("spa", 55), ("late checkout", 30), ("airport transfer", 45))
            )
            extras.append((booking[0], line, extra, made.randint(1, 4), price))
    stays = [b for b in bookings if b[9] == "checked out" and b[2] != "H04"][::2]
    reviews = [(n + 1, b[0], made.choice((2, 3, 4, 4, 5, 5)), date(2025, 1, 1) + timedelta(days=n)) for n, b in enumerate(stays)]
    return {
        "hotels": ("htl_cd VARCHAR, name VARCHAR, city VARCHAR, stars INTEGER, opened DATE", hotels),
        "rooms": (
            "htl_cd VARCHAR, room_no INTEGER, room_type VARCHAR, floor INTEGER, rate DECIMAL(8,2), sea_view VARCHAR",
            rooms,
        ),
        "guests": ("guest_id INTEGER, first_name VARCHAR, last_name VARCHAR, country VARCHAR, born DATE, tier VARCHAR", guests),
        "bookings": (
            "ref VARCHAR, guest INTEGER, htl_cd VARCHAR, room_no INTEGER, booked_on DATE, check_in DATE, nights INTEGER, "
            "adults INTEGER, channel VARCHAR, status VARCHAR, amount DECIMAL(10,2)",
            bookings,
        ),
        "booking_extras": ("ref VARCHAR, line_no INTEGER, extra VARCHAR, qty INTEGER, price DECIMAL(8,2)", extras),
        "reviews": ("review_id INTEGER, booking VARCHAR, score INTEGER, posted DATE", reviews),
    }


def jianshenfang(made: random.Random) -> Tables:
    """A chain of gyms with Chinese names; records refer by pinyin initials (hybh for 会员编号), yes and no are 1 and 0."""
    cities = ("上海", "杭州", "上海", "南京", "苏州")
    shops = [
        (f"MD{n}", f"{cities[n]}{('一', '二', '三', '四', '五')[n]}号店", cities[n], 400 + 130 * n, date(2018 + n, 5, 1))
        for n in range(5)
    ]
    grades = ("普通", "普通", "银卡", "金卡", "黑卡")
    surnames, given = "王李张刘陈杨赵黄", ("伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰")
    people: list[Row] = []
    for n in range(1, 121):
        shop = shops[min(int(5 * made.random() ** 1.4), 4)][0]
        joined = date(2024, 1, 5) + timedelta(days=made.randint(0, 640))
        name = surnames[n % 8] + given[n % 11]
        people.append(
            (f"HY{n:04}", name, made.choice("男女女"), joined, made.choice(grades), shop, made.choice((1, 1, 1, 0)), f"138{n:08}")
        )
    skills = ("瑜伽", "力量训练", "搏击", "普拉提")
    coaches = [
        (
            f"JL{n:02}",
            surnames[n % 8] + given[(3 * n + 1) % 11] * 2,
            shops[n % 5][0],
            skills[n % 4],
            150 + 17 * (n * 5 % 11),
            n % 3 and 1,
        )
        for n in range(1, 13)
    ]
    kinds: tuple[tuple[str, str, int, int], ...] = (
        *(("流瑜伽", "瑜伽", 60, 88), ("阴瑜伽", "瑜伽", 75, 98), ("杠铃操", "力量", 45, 68), ("拳击入门", "搏击", 50, 108)),
        *(("泰拳", "搏击", 60, 128), ("动感单车", "有氧", 40, 58), ("尊巴", "有氧", 55, 66)),
    )
    lessons = [(f"KC{n:02}", *kind) for n, kind in enumerate(kinds, 1)]
    booked: list[Row] = []
    for n in range(1, 501):
        at = date(2024, 6, 1) + timedelta(days=made.randint(0, 480))
        came = made.choice((1, 1, 1, 0))
        member = people[int(105 * made.random() ** 1.3)][0]
        score = made.choice((3, 4, 5, 5)) if came else None
        booked.append((n, member, made.choice(lessons)[0], made.choice(coaches)[0], at, came, score))
    paid: list[Row] = []
    for n in range(1, 221):
        member = people[int(110 * made.random() ** 1.2)][0]
        at = date(2024, 3, 1) + timedelta(days=made.randint(0, 570))
        paid.append(
            (20240000 + n, member, at, made.choice((200, 500, 500, 1000, 2000)) + n % 7, made.choice(("wx", "wx", "zfb", "xj")))
        )
    return {
        "门店": ("门店编号 VARCHAR, 门店名称 VARCHAR, 城市 VARCHAR, 面积 INTEGER, 开业日期 DATE", shops),
        "会员": (
            "会员编号 VARCHAR, 姓名 VARCHAR, 性别 VARCHAR, 入会日期 DATE, 会员等级 VARCHAR, 门店编号 VARCHAR, 状态 INTEGER, 手机号 VARCHAR",
            people,
        ),
        "教练": ("教练编号 VARCHAR, 姓名 VARCHAR, 门店编号 VARCHAR, 专长 VARCHAR, 时薪 INTEGER, 是否全职 INTEGER", coaches),
        "课程": ("课程编号 VARCHAR, 课程名称 VARCHAR, 类型 VARCHAR, 时长 INTEGER, 价格 INTEGER", lessons),
        "约课记录": (
            "记录号 INTEGER, hybh VARCHAR, kcbh VARCHAR, jlbh VARCHAR, 上课日期 DATE, 是否到课 INTEGER, 评分 INTEGER",
            booked,
        ),
        "充值记录": ("流水号 INTEGER, hybh VARCHAR, 充值日期 DATE, 充值金额 INTEGER, 支付方式 VARCHAR", paid),
    }


DATABASES: Mapping[str, Callable[[random.Random], Tables]] = {"inn": inn, "jianshenfang": jianshenfang}


def write(name: str, place: Path) -> Path:
    """The folder of a database's Parquet files, made in `place`."""
    folder = place / name
    folder.mkdir(parents=True)
    with duckdb.connect(":memory:") as connection:
        for table, (columns, rows) in DATABASES[name](random.Random(7)).items():
            connection.execute(f'CREATE TABLE "{table}" ({columns})')
            marks = ", ".join("?" for _ in rows[0])
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', [list(row) for row in rows])
            connection.execute(f"COPY \"{table}\" TO '{folder / table}.parquet' (FORMAT parquet)")
    return folder


def ask_all(only: str | None = None) -> Iterator[tuple[str, Outcome]]:
    """Every question with the database that it was asked of."""
    for name, own in questions(FILE).items():
        if only in (None, name):
            with tempfile.TemporaryDirectory() as work:
                folder = write(name, Path(work) / "data_of")
                yield from ((name, outcome) for outcome in ask_folder(inspect(folder), folder, own, Path(work)))


def main() -> None:
    """What became of each question that was not answered rightly, then how many of each kind."""
    found = list(ask_all(only=sys.argv[1] if len(sys.argv) > 1 else None))
    for name, outcome in found:
        if outcome.verdict != "right":
            rows = outcome.answer.rows[:2] if outcome.answer is not None else ()
            told = outcome.answer.text[:80].replace("\n", " ") if outcome.answer is not None else ""
            print(name, outcome.verdict, outcome.why, outcome.question["question"], "|", told, rows)  # noqa: T201 - a command
    for name in questions(FILE):
        for lang in LANGS:
            verdicts = [o.verdict for of, o in found if o.question["lang"] == lang and of == name]
            print(name, lang, {v: verdicts.count(v) for v in sorted(set(verdicts))})  # noqa: T201 - a command


if __name__ == "__main__":
    main()
