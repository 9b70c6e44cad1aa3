"""The command line: parses, calls, prints. What it does is done in selenograph.graph."""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rdflib import Graph

from selenograph import asking_commands, data_commands, export_commands, wikidata_commands
from selenograph.asking_commands import RELEASES, STORE, steps
from selenograph.graph import (
    building,
    files,
    release,
    report,
)
from selenograph.graph import check as checks
from selenograph.graph.errors import BadInput, SelenographError

FILES = click.Path(path_type=Path, exists=True, dir_okay=False)


@contextmanager
def _keeping() -> Iterator[None]:
    """Look for no garbage, where nearly all that is made is kept and looking takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Commands(click.Group):
    """Prints an error of ours as one message and ends with its exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SelenographError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            click.echo(f"{error.filename or 'The output'}: {error.strerror or error}.", err=True)
            # Else Python tries at its end once more to write what it could not.
            sys.stdout = open(os.devnull, "w")
            ctx.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="selenograph")
def main() -> None:
    """Who has agreed to what on the Moon and beyond, when, and who says so."""


for module in (asking_commands, data_commands, export_commands, wikidata_commands):
    for command in module.COMMANDS:
        main.add_command(command)


@main.command()
@click.option(
    "--out", type=RELEASES, default="release", show_default=True, help="Folder of releases."
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=release.KEPT,
    show_default=True,
    help="How many releases stay in the folder; a server answers from each below /release/.",
)
@wikidata_commands.SNAPSHOT
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def build(out: Path, keep: int, snapshot: Graph | None, quiet: bool) -> None:
    """Build a release from the files, and make it the current one.

    Stops with status 1, and leaves the release in use as it was, where the files break a rule.
    """
    with _keeping(), steps(quiet) as step:
        made = building.build(out, progress=step, snapshot=snapshot, keep=keep)
    if not quiet:
        size = f"{made.manifest.quads} quads from {made.manifest.sources} sources"
        click.echo(f"Release {made.manifest.release[:12]} is current: {size}, in {made.folder}")


@main.command()
@click.argument("paths", type=FILES, nargs=-1, metavar="[FILE]...")
@click.option("--format", "form", type=click.Choice(list(report.FORMATS)), default="text")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing where nothing is wrong.")
def check(paths: tuple[Path, ...], form: str, quiet: bool) -> None:
    """Tell all that is wrong in files, with line and remedy. Without files: in all of them.

    Ends with status 1 where something is an error; warnings alone end with 0.
    """
    with _keeping(), steps(quiet or form != "text") as step:
        step("Check files")
        found = checks.check_files(files.given(path) for path in paths)
    errors = sum(finding.severity == "error" for finding in found)
    if found or form != "text":
        click.echo(report.FORMATS[form](found))
    elif not quiet:
        click.echo("Nothing is wrong.")
    if errors:
        sys.exit(1)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
    help="Port to listen at; 0 for any that is free.",
)  # fmt: skip
@STORE
@click.option("--base", default="", help="Path below which all is served, such as /moon.")
@click.option("--forwarded", is_flag=True, help="Believe the X-Forwarded headers of one proxy.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Queries at once. Up to four times as many long ones run beside them.",
    show_default="one for each processor",
)
@click.option(
    "--waiting", type=click.IntRange(0), default=64, show_default=True,
    help="Queries that may wait; more are told to try again (429).",
)  # fmt: skip
@click.option(
    "--timeout", type=click.IntRange(1, 86_400), default=30, show_default=True,
    help="Seconds that a query may take, waiting included (504).",
)  # fmt: skip
@click.option(
    "--memory", type=click.IntRange(256, 1 << 20), default=1024, show_default=True,
    help="MiB of memory that a query may need (503).",
)  # fmt: skip
@click.option(
    "--largest-answer", type=click.IntRange(1), default=100, show_default=True,
    help="MB that an answer may have (400).",
)  # fmt: skip
@click.option(
    "--cache", type=click.IntRange(0), default=64, show_default=True,
    help="MB of answers that are kept in memory.",
)  # fmt: skip
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="ADDRESS",
    help="Endpoint that queries may ask by SERVICE. May be given several times.",
)
@click.option("--query-log", default="", metavar="FILE", help="Log each query there; - for stderr.")
@click.option("--no-query-texts", is_flag=True, help="Keep the texts of queries out of the log.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def serve(
    host: str,
    port: int,
    store: Path,
    base: str,
    forwarded: bool,
    workers: int | None,
    waiting: int,
    timeout: int,
    memory: int,
    largest_answer: int,
    cache: int,
    services: tuple[str, ...],
    query_log: str,
    no_query_texts: bool,
    quiet: bool,
) -> None:
    """Serve the current release: SPARQL endpoint, linked data and pages.

    A release that is built meanwhile is served from the next request on. Further limits are fixed:
    a request has at most 1 MB, a query at most 50 brackets within each other and 10,000 operators.
    """
    # Imported here, so that the other commands need no server.
    from selenograph.graph.worker import Limits
    from selenograph.server import create_app, run
    from selenograph.server.settings import Settings

    settings = Settings(
        releases=store,
        limits=Limits(timeout, memory << 20, largest_answer * 1_000_000, services),
        turns=workers or Settings.turns,
        waiting=waiting,
        cache=cache * 1_000_000,
        base=base,
        forwarded=forwarded,
        query_log=query_log,
        log_texts=not no_query_texts,
    )
    app = create_app(settings)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise BadInput(f"{host}:{port} cannot be listened at: {error.strerror}.") from error
    if not quiet:
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Serving at http://{shown}:{listening.getsockname()[1]}/ (stop with Ctrl+C)")
    run.serve(app, listening, settings)
