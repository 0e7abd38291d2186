"""The data of the test clinic: about 200 rows that never change, as Parquet files, or as one DuckDB file.

`clinic_folder(tmp_path)` copies the YAML of tests/domains/clinic and puts its data beside it: a whole domain to open.
Numbers come from modular arithmetic, not from a random generator: a test may count them by hand.
"""

import shutil
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

CLINIC = Path(__file__).parent / "clinic"
TODAY = date(2025, 6, 16)

_DISTRICTS = ("Altstadt", "Neustadt", "Hafen", "Südvorstadt")
_DENTISTS = ((1, "Dr. Anna Weiss", "general"), (2, "Dr. Li Ming", "ortho"), (3, "Dr. O'Hara", "surgery"))
_PROCEDURES = (("cleaning", 80), ("filling", 150), ("crown", 600), ("extraction", 220))
_TYPES = {
    "patients": "patient_id BIGINT, full_name VARCHAR, mobile VARCHAR, born_on DATE, sex VARCHAR, district VARCHAR, "
    "insurance VARCHAR, joined_on DATE",
    "dentists": "dentist_id BIGINT, dentist_name VARCHAR, speciality VARCHAR",
    "visits": "visit_id BIGINT, patient_id BIGINT, dentist_id BIGINT, visit_time TIMESTAMP, visit_kind VARCHAR, state VARCHAR, "
    "fee DECIMAL(12,2), wait_minutes INTEGER",
    "treatments": "treatment_id BIGINT, visit_id BIGINT, procedure_code VARCHAR, teeth INTEGER, price DECIMAL(12,2)",
    "ratings": "rating_id BIGINT, patient_id BIGINT, rated_on DATE, stars INTEGER",
}
Row = tuple[object, ...]


def rows() -> dict[str, list[Row]]:
    """Every row of every table: 24 patients, 3 dentists, 72 visits, 81 treatments, 20 ratings."""
    visits = [_visit(number) for number in range(72)]
    treatments = [treatment for number in range(72) for treatment in _treatments(number)]
    return {
        "patients": [_patient(number) for number in range(24)],
        "dentists": list(_DENTISTS),
        "visits": visits,
        "treatments": [(index + 1, *treatment) for index, treatment in enumerate(treatments)],
        "ratings": [
            (n + 1, n % 24 + 1, date(2025, 1, 5) + timedelta(days=8 * n), 5 - (n % 3) - (n % 24 % 4 == 2)) for n in range(20)
        ],
    }


def _patient(n: int) -> Row:
    born = date(1950 + 3 * n, 1 + n % 12, 1 + n % 28)
    insurance = ("none", "basic", "premium")[n % 3]
    joined = date(2023, 6, 1) + timedelta(days=30 * n)
    return n + 1, f"Patient {chr(65 + n)}", f"0151{n:07d}", born, "FM"[n % 2], _DISTRICTS[n % 4], insurance, joined


def _visit(n: int) -> Row:
    patient = (n * 5) % 24 + 1 if n % 3 else n % 8 + 1
    moment = datetime(2024, 1, 8, 9, 0) + timedelta(days=7 * n + n % 5, hours=n % 8)
    state = "no_show" if n % 11 == 4 else "cancelled" if n % 13 == 6 else "done"
    kind = ("checkup", "repair", "emergency")[(n * 7) % 10 % 3]
    fee = sum(price for _, _, _, price in _treatments(n))
    return n + 1, patient, n % 3 + 1, moment, kind, state, Decimal(fee), 5 + (n * 17) % 40


def _treatments(n: int) -> list[tuple[int, str, int, int]]:
    """(visit_id, procedure, teeth, price); every eighth visit has two."""
    codes = [_PROCEDURES[n % 4]] + ([_PROCEDURES[(n + 1) % 4]] if n % 8 == 0 else [])
    return [(n + 1, code, 1 + n % 3, price) for code, price in codes]


def _fill(connection: duckdb.DuckDBPyConnection) -> None:
    for name, values in rows().items():
        connection.execute(f"CREATE TABLE {name} ({_TYPES[name]})")
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values[0]))})", values)


def write_parquet(folder: Path) -> None:
    """A Parquet file for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        _fill(connection)
        for name in _TYPES:
            connection.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")


def write_csv(folder: Path) -> None:
    """A CSV file for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        _fill(connection)
        for name in _TYPES:
            connection.execute(f"COPY {name} TO '{folder / name}.csv' (FORMAT csv, HEADER)")


def write_duckdb(path: Path) -> None:
    """One DuckDB file with all tables."""
    with duckdb.connect(str(path)) as connection:
        _fill(connection)


def clinic_folder(tmp_path: Path) -> Path:
    """A copy of the clinic's YAML with its data (Parquet) beside it."""
    folder = tmp_path / "clinic"
    shutil.copytree(CLINIC, folder)
    write_parquet(folder / "data")
    return folder
