"""What the command line accepts: every command with its options and help texts.

In: a language and the function of each command by name. Out: an argparse parser whose namespace has `run`. Only argparse and our
texts are imported here, so that `--help` is instant. Wrong usage ends the process with code 2, as argparse does.
"""

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import prompts

Run = Callable[[argparse.Namespace, Any], int]
Say = Callable[[str], str]


def build_parser(lang: str, commands: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The parser of every command, with help in `lang`."""

    def say(name: str) -> str:
        return prompts.render(f"app.help.{name}", lang)

    parser = _described(argparse.ArgumentParser, say, "wenke", prog="wenke")
    below = parser.add_subparsers(metavar=say("command"), required=True)
    groups = {name: _group(below, name, say) for name in ("domain", "tags")}
    made: dict[str, argparse.ArgumentParser] = {}
    for name, run in commands.items():
        group, _, rest = name.rpartition(" ")
        add = groups[group].add_parser if group else below.add_parser
        made[name] = _described(add, say, rest, rest, parents=_parents(name, say))
        made[name].set_defaults(run=run)
    _own_arguments(made, say)
    return parser


def _described(
    make: Callable[..., argparse.ArgumentParser], say: Say, text: str, *names: str, **options: object
) -> argparse.ArgumentParser:
    if names:
        options["help"] = say(text)
    raw = argparse.RawDescriptionHelpFormatter
    return make(*names, description=say(text), epilog=say(f"examples.{text}"), formatter_class=raw, **options)


def _group(below: Any, name: str, say: Say) -> Any:  # noqa: ANN401 - argparse does not name this type
    return below.add_parser(name, help=say(name), description=say(name)).add_subparsers(metavar=say("command"), required=True)


def _parents(name: str, say: Say) -> list[argparse.ArgumentParser]:
    parents = {
        "ask": (_common, _asking, _printing),
        "explain": (_common, _asking, _printing),
        "sql": (_common, _asking, _printing),
        "eval": (_common, _asking, _printing),
        "chat": (_common, _asking, _listening),
        "serve": (_common, _asking, _listening),
        "feedback": (_printing,),
        "learn": (_common, _printing),
        "check": (_common, _printing),
        "tags refresh": (_common,),
    }
    return [make(say) for make in parents.get(name, ())]


def _own_arguments(made: Mapping[str, argparse.ArgumentParser], say: Say) -> None:
    ask, sql, build = made["ask"], made["sql"], made["domain build"]
    for command in (ask, made["explain"]):
        command.add_argument("question", nargs="+", help=say("question"))
    ask.add_argument("--sql", action="store_true", help=say("sql_flag"))
    ask.add_argument("--chart", type=Path, metavar="FILE", help=say("chart"))
    ask.add_argument("--export", type=Path, metavar="FILE", help=say("export"))
    ask.add_argument("--clear", action="store_true", help=say("clear"))
    ask.add_argument("--prove", action="store_true", default=None, help=say("prove"))
    ask.add_argument("--thread", type=Path, metavar="FILE", help=say("thread"))
    sql.add_argument("text", help=say("sql_text"))
    for command in (ask, sql):
        command.add_argument("--timeout", type=_positive, metavar="SECONDS", help=say("timeout"))
    made["eval"].add_argument("questions", type=Path, metavar="QUESTIONS.jsonl", help=say("questions"))
    made["eval"].add_argument("--report", type=Path, metavar="FILE", help=say("report"))
    made["eval"].add_argument("--gold-views", type=Path, metavar="FILE", help=say("gold_views"))
    made["serve"].add_argument("--api-only", action="store_true", help=say("api_only"))
    made["chat"].add_argument("--terminal", action="store_true", help=say("terminal"))
    made["chat"].add_argument("--browser", action="store_true", help=say("browser"))
    made["feedback"].add_argument("--add", metavar="ID", help=say("add"))
    made["feedback"].add_argument("--gold-sql", metavar="SQL", help=say("gold_sql"))
    made["feedback"].add_argument("--to", type=Path, default=Path("feedback.jsonl"), metavar="QUESTIONS.jsonl", help=say("to"))
    made["learn"].add_argument("verdict", nargs="?", choices=("accept", "reject"), help=say("verdict"))
    made["learn"].add_argument("number", nargs="?", metavar="N", help=say("number"))
    build.add_argument("name", help=say("domain_name"))
    build.add_argument("--scale", type=_positive, help=say("scale"))
    build.add_argument("--database", type=Path, metavar="FILE", help=say("database"))
    build.add_argument("--force", action="store_true", help=say("force"))
    draft = made["domain draft"]
    draft.add_argument("database", type=Path, metavar="DATABASE", help=say("draft_database"))
    draft.add_argument("--out", type=Path, metavar="FOLDER", help=say("draft_out"))
    draft.add_argument("--name", help=say("draft_name"))
    draft.add_argument("--force", action="store_true", help=say("draft_force"))


def _common(say: Say) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--domain", metavar="NAME|PATH", help=say("domain_option"))
    common.add_argument("--database", type=Path, metavar="FILE", help=say("database"))
    common.add_argument("--today", type=_day, metavar="DATE", help=say("today"))
    common.add_argument("--role", help=say("role"))
    common.add_argument("--attr", type=_pair, action="append", default=[], metavar="NAME=VALUE", help=say("attr"))
    return common


def _asking(say: Say) -> argparse.ArgumentParser:
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("--lang", choices=("zh", "en"), help=say("lang"))
    asking.add_argument("--planner", help=say("planner"))
    return asking


def _listening(say: Say) -> argparse.ArgumentParser:
    listening = argparse.ArgumentParser(add_help=False)
    listening.add_argument("--host", help=say("host"))
    listening.add_argument("--port", type=int, help=say("port"))
    return listening


def _printing(say: Say) -> argparse.ArgumentParser:
    printing = argparse.ArgumentParser(add_help=False)
    printing.add_argument("--json", action="store_true", help=say("json"))
    return printing


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} (2026-10-20)") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} (region=华东)")
    return name, value


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} (> 0)")
    return number
