"""The commands that write the files of data: format, import and new source."""

import sys
from pathlib import Path

import click

from selenograph.graph import check as checks
from selenograph.graph import draft, files, importing, report, turtle
from selenograph.graph.errors import BadInput

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
    default="graph/sources", show_default=True, help="Folder of source files.",
)  # fmt: skip


@click.command("format")
@click.argument("paths", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_tell", is_flag=True, help="Write nothing; tell which would change.")
def format_files(paths: tuple[Path, ...], only_tell: bool) -> None:
    """Rewrite Turtle files in the style of the project.

    A file that holds what formatting would lose is left as it is, and the command says so.
    """
    changed = []
    for path in paths:
        text = files.given(path).text
        wanted = turtle.formatted(turtle.parse(text, str(path)))
        if wanted != text:
            changed.append(path)
            if not only_tell:
                path.write_text(wanted, "utf-8")
            click.echo(f"{path}: {'would change' if only_tell else 'formatted'}")
    if changed and only_tell:
        sys.exit(1)


@click.command("import")
@click.argument("table", type=FILE, metavar="TABLE.csv")
@click.option(
    "--mapping", "mapped", type=FILE, required=True, metavar="MAP.toml",
    help="What the columns mean and what each row states.",
)  # fmt: skip
@FOLDER
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change as a diff.")
def import_table(table: Path, mapped: Path, folder: Path, dry_run: bool) -> None:
    """Write source files from a table, one for each document that its rows come from.

    Where a value is not understood nothing is written, and all such values are told. What a file
    has already is not added again.
    """
    prepared = importing.prepare(table, mapped, folder)
    if not dry_run:
        prepared.write()
    for change in prepared.changes:
        click.echo(change.diff() if dry_run else f"Wrote {change.path}", nl=not dry_run)
    # The output of a dry run is a patch, so the account goes beside it.
    click.echo(f"{prepared.taken} rows taken, {sum(prepared.left.values())} left out.", err=dry_run)
    for reason, count in sorted(prepared.left.items()):
        click.echo(f"{count} left out: {reason}", err=dry_run)
    if not prepared.changes:
        click.echo("Nothing changes.", err=dry_run)


@click.group()
def new() -> None:
    """Write a new file from a few answers."""


@new.command("source")
@click.option("--title", prompt=True, help="Title, as the document has it.")
@click.option("--publisher", prompt="Publisher (slug of a party, such as spacenews)")
@click.option("--published", prompt="Date of publication (2024-05-09, 2024-05 or 2024)")
@click.option("--language", prompt=True, default="en", help="Language tag (BCP 47).")
@click.option("--kind", prompt=True, type=click.Choice(draft.KINDS), help="Kind of source.")
@click.option("--address", prompt="Web address (empty if none)", default="", help="Web address.")
@click.option("--slug", default="", help="Name of the file; made from date and title if not given.")
@FOLDER
def new_source(folder: Path, **answers: str) -> None:
    """Write a source file with what every source needs, and check it.

    Asks for what is not given as an option. An existing file is never overwritten.
    """
    source = draft.Source(**answers)
    text = draft.text(source)
    path = folder / source.path
    found = [f for f in checks.check_files([files.File(str(path), text)]) if f.severity == "error"]
    if found:
        raise BadInput(f"{report.text(found)}\nNothing was written.")
    if path.exists():
        raise BadInput(f"{path} exists already. Choose another name with --slug.")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    click.echo(f"Wrote {path}. Add its statements, then run: selenograph check {path}")


COMMANDS: tuple[click.Command, ...] = (format_files, import_table, new)
