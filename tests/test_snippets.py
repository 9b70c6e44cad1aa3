"""The query as a program in R can be read, and asks the same; its packages are not needed here."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

SNIPPETS = Path(__file__).parents[1] / "server" / "scripts" / "snippets.js"
ENDPOINT = "http://127.0.0.1:8000/sparql"
QUERIES = {
    "plain": "SELECT ?s WHERE { ?s ?p ?o }",
    "quoted": 'SELECT ?x WHERE {\n  VALUES ?x { "it\'s" "a\\"b" "c\\nd" "\\\\n" """e\n"f" """ }\n}',
    "other letters": 'ASK { ?s ?p "Сербия 塞尔维亚 🌙\t%s $1 `x` {{y}}" }',
}
PROGRAM = """
program <- parse(text = readLines(file("stdin"), encoding = "UTF-8"), encoding = "UTF-8")
for (line in program) if (identical(line[[1]], as.name("<-")) && line[[2]] == "query") eval(line)
called <- unique(all.names(program))
stopifnot(c("request", "req_body_form", "req_perform") %in% called)
cat(enc2utf8(query))
"""


def snippet(query):
    """Return the program in R that the query page makes of a query."""
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed.")
    code = (
        f"import {{ snippets }} from {json.dumps(SNIPPETS.as_uri())};"
        f"process.stdout.write(snippets({json.dumps(ENDPOINT)}, {json.dumps(query)}).R);"
    )
    command = [node, "--no-warnings", "--input-type=module", "--eval", code]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_program_in_r_can_be_read_and_holds_the_query(query):
    program = snippet(query)
    r = shutil.which("Rscript")
    if not r:
        pytest.skip("R is not installed.")
    done = subprocess.run(
        [r, "--vanilla", "-e", PROGRAM],
        input=program,
        capture_output=True,
        env={"LC_ALL": "C.UTF-8"},
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout.decode() == query
