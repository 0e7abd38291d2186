"""The command line `wenke`: parses, calls, prints; an exit code that says what became of the question.

In: arguments, and the composition root as a value (`Root`, loaded only when a command needs it, so that `--help` is instant).
Out: text on stdout, or one JSON document with `--json`; messages on stderr. Exit codes: 0 answered, 1 failed, 2 usage, 3 clarify,
4 refused. Whatever happens, a person reads a sentence: never a traceback.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from assistant.channels.cli.arguments import build_parser
from assistant.channels.cli.root import EvaluationReport, Options, Ready, Root

if TYPE_CHECKING:
    from assistant.qa import Answer, Lang
    from assistant.thread import Thread

__all__ = ["EvaluationReport", "Options", "Ready", "Root", "main"]
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None, root: Callable[[], Root]) -> int:
    """Runs one command and returns its exit code; nothing is raised but SystemExit of `--help` and usage errors."""
    _make_streams_safe()
    lang = _lang_of_environment()
    try:
        arguments = build_parser(lang, COMMANDS).parse_args(argv)
        lang = getattr(arguments, "lang", None) or lang
        code: int = arguments.run(arguments, root())
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(file=sys.stderr)  # noqa: T201 - the shell's prompt begins on a new line
        return INTERRUPTED
    except BrokenPipeError:
        return _leave_broken_pipe()
    except Exception as error:  # noqa: BLE001 - the edge: whatever it was, a sentence and an exit code
        text, code = _sentence(error, root, lang)
        _warn(text)
    return code


def _sentence(error: BaseException, root: Callable[[], Root], lang: str) -> tuple[str, int]:
    try:
        return root().explain_error(error, lang)
    except Exception:  # noqa: BLE001 - the root itself may be what is broken
        return prompts.render("app.failed_at_start", lang, problem=type(error).__name__), 1


# --- commands -----------------------------------------------------------------------------------------------------------------


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        domain=arguments.domain,
        database=arguments.database,
        today=arguments.today,
        role=arguments.role,
        attributes=dict(arguments.attr),
        planner=getattr(arguments, "planner", None),
        lang=getattr(arguments, "lang", None),
    )


def _ask(arguments: argparse.Namespace, root: Root) -> int:
    options = _options(arguments)
    with root.assistant(options) as wenke:
        thread = wenke.thread(role=options.role, attributes=options.attributes, channel="cli")
        if arguments.thread is not None and arguments.thread.exists():
            thread = thread.from_json(_read(arguments.thread))
        question = " ".join(arguments.question)
        answer = thread.ask(question, lang=options.lang, timeout=arguments.timeout, prove=arguments.prove)
        if arguments.thread is not None:
            _write(arguments.thread, thread.to_json().encode("utf-8"))
        return _give(answer, thread, arguments)


def _give(answer: "Answer", thread: "Thread", arguments: argparse.Namespace) -> int:
    from assistant.channels.base import exit_code

    if arguments.json:
        _print_json(answer)
    else:
        from assistant.channels.cli.terminal import show

        _print(show(answer, width=_width(), sql=arguments.sql))
    if arguments.chart is not None:
        _save_chart(answer, arguments.chart)
    if arguments.export is not None and answer.status == "answered":
        _write(arguments.export, thread.export(answer, arguments.export.suffix.lstrip(".").lower(), clear=arguments.clear))
        _warn(prompts.render("app.saved", answer.lang, file=arguments.export))
    return exit_code(answer)


def _save_chart(answer: "Answer", path: Path) -> None:
    from assistant.answers.render import draw

    if answer.chart is None:
        _warn(prompts.render("app.no_chart", answer.lang))
        return
    _write(path, draw(answer.chart, path.suffix.lower().lstrip(".")))
    _warn(prompts.render("app.saved", answer.lang, file=path))


def _explain(arguments: argparse.Namespace, root: Root) -> int:
    options = _options(arguments)
    with root.assistant(options) as wenke:
        found = wenke.explain(" ".join(arguments.question), role=options.role, attributes=options.attributes, lang=options.lang)
    if arguments.json:
        from assistant.channels.base import plain

        _print(json.dumps(plain(found), ensure_ascii=_ascii_only(), indent=2))
    else:
        from assistant.channels.cli.terminal import show_explanation

        _print(show_explanation(found, options.lang or _lang_of_environment()))
    return 0


def _sql(arguments: argparse.Namespace, root: Root) -> int:
    from assistant.channels.base import exit_code
    from assistant.channels.cli.terminal import show

    options = _options(arguments)
    with root.assistant(options) as wenke:
        lang = options.lang or _lang_of_environment()
        answer = wenke.sql(
            arguments.text, role=options.role, attributes=options.attributes, lang=lang, timeout=arguments.timeout, channel="cli"
        )
    if arguments.json:
        _print_json(answer)
    else:
        _print(show(answer, width=_width()))
    return exit_code(answer)


def _chat(arguments: argparse.Namespace, root: Root) -> int:
    from assistant.channels.cli.prompt import converse
    from assistant.channels.cli.serving import serve

    options = _options(arguments)
    if arguments.browser or (sys.stdin.isatty() and not arguments.terminal):
        return serve(arguments, root, options, options.lang or _lang_of_environment(), open_page=True)
    with root.assistant(options) as wenke:
        thread = wenke.thread(role=options.role, attributes=options.attributes, channel="cli")
        return converse(wenke, thread, root.history_file(), options.lang or _lang_of_environment(), _width())


def _serve(arguments: argparse.Namespace, root: Root) -> int:
    from assistant.channels.cli.serving import serve

    return serve(arguments, root, _options(arguments), arguments.lang or _lang_of_environment(), open_page=False)


def _secret(_arguments: argparse.Namespace, root: Root) -> int:
    from assistant.channels.cli.serving import secret

    return secret(root, _lang_of_environment())


def _feedback(arguments: argparse.Namespace, root: Root) -> int:
    from assistant.channels.cli.serving import feedback

    return feedback(arguments, root, _lang_of_environment())


def _learn(arguments: argparse.Namespace, root: Root) -> int:
    from assistant.channels.cli.serving import learn

    return learn(arguments, root, _options(arguments), _lang_of_environment())


def _check(arguments: argparse.Namespace, root: Root) -> int:
    found, well = root.check(_options(arguments), _lang_of_environment())
    if arguments.json:
        _print(json.dumps(found, ensure_ascii=_ascii_only(), indent=2))
    else:
        from assistant.channels.cli.terminal import show_check

        _print(show_check(found, _lang_of_environment()))
    return 0 if well else 1


def _evaluate(arguments: argparse.Namespace, root: Root) -> int:
    report = root.evaluate(arguments.questions, _options(arguments), arguments.gold_views)
    lang = arguments.lang or _lang_of_environment()
    if arguments.report is not None:
        as_json = arguments.report.suffix.lower() == ".json"
        text = json.dumps(report.json(), ensure_ascii=False, indent=1) if as_json else report.markdown(lang)
        _write(arguments.report, text.encode("utf-8"))
    _print(json.dumps(report.json(), ensure_ascii=_ascii_only(), indent=1) if arguments.json else report.overview(lang))
    return 0


def _build(arguments: argparse.Namespace, root: Root) -> int:
    _print(
        root.build(
            arguments.name, scale=arguments.scale, database=arguments.database, force=arguments.force, lang=_lang_of_environment()
        )
    )
    return 0


def _draft(arguments: argparse.Namespace, root: Root) -> int:
    told = {"out": arguments.out, "name": arguments.name, "force": arguments.force}
    _print(root.draft(arguments.database, **told, lang=_lang_of_environment()))
    return 0


def _schema(_arguments: argparse.Namespace, root: Root) -> int:
    _print(json.dumps(root.schema(), ensure_ascii=_ascii_only(), indent=2))
    return 0


def _refresh(arguments: argparse.Namespace, root: Root) -> int:
    _print(root.refresh(_options(arguments), _lang_of_environment()))
    return 0


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Root], int]] = {
    "ask": _ask,
    "explain": _explain,
    "sql": _sql,
    "chat": _chat,
    "serve": _serve,
    "check": _check,
    "eval": _evaluate,
    "domain build": _build,
    "domain draft": _draft,
    "domain schema": _schema,
    "tags refresh": _refresh,
    "feedback": _feedback,
    "learn": _learn,
    "secret": _secret,
}

# --- the edge ----------------------------------------------------------------------------------------------------


def _print(text: str) -> None:
    print(text)  # noqa: T201 - this is the command line


def _print_json(answer: "Answer") -> None:
    from assistant.channels.base import to_json

    _print(to_json(answer, ascii_only=_ascii_only()))


def _warn(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - this is the command line


def _read(path: Path) -> bytes:
    from assistant.errors import ConfigError

    try:
        return path.read_bytes()
    except OSError as failed:
        raise ConfigError("path-unreadable", path=str(path), problem=failed.strerror or "") from None


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by its owner only: answers may hold what others must not see."""
    from assistant.errors import ConfigError

    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(path)
    except OSError as failed:
        beside.unlink(missing_ok=True)
        raise ConfigError("path-unwritable", path=str(path), problem=failed.strerror or "") from None


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _ascii_only() -> bool:
    return "utf" not in (sys.stdout.encoding or "").lower()


def _make_streams_safe() -> None:
    """A terminal that cannot show Chinese gets question marks, not an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _lang_of_environment() -> "Lang":
    wanted = os.environ.get("WENKE_LANG") or ""
    if wanted in ("zh", "en"):
        return "zh" if wanted == "zh" else "en"
    told = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if told.lower().startswith("zh") else "en"


def _leave_broken_pipe() -> int:
    """Whoever read us went away; keep Python from complaining about it when it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
