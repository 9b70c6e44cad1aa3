"""Exports over HTTP: the files of the command, with their checksums."""

import hashlib

import pytest

from selenograph.graph import export, names


@pytest.fixture(scope="module")
def files(built):
    before = export.before(built)
    formats = export.writable(before)
    return [file for file in export.offered(built, before) if file.format in formats]


def test_each_file_is_sent_as_the_command_writes_it(client, built, files):
    for file in files:
        with client.get(f"/exports/{file.name}") as answer:
            assert (answer.status_code, answer.mimetype) == (200, file.media_type)
            assert answer.data == file.make()
            assert answer.headers["Link"] == f'<{names.LICENCE}>; rel="license"'


def test_the_page_lists_each_file_with_its_checksum_once_they_are_made(client, files):
    with client.get("/exports/SHA256SUMS") as answer:
        sums = dict(line.split()[::-1] for line in answer.text.splitlines())
    page = client.get("/exports/").text
    for file in files:
        assert f'href="/exports/{file.name}"' in page
        assert sums[file.name] == hashlib.sha256(file.make()).hexdigest()
        assert sums[file.name][:16] in page
    assert client.get("/health").json["release"][:12] in page
    assert "CC0" in page


def test_a_file_that_there_is_not_is_404(client):
    for name in ("selenograph.exe", "..%2Fmanifest.json", "manifest.json"):
        assert client.get(f"/exports/{name}").status_code == 404


def test_there_are_no_exports_of_an_earlier_day_and_no_page_of_one_leads_to_them(client):
    assert client.get("/known/2023-10-31/exports/").status_code == 404
    assert client.get("/known/2023-10-31/exports/selenograph.nq").status_code == 404
    assert "/exports/" not in client.get("/known/2023-10-31/").text
    assert 'href="/exports/"' in client.get("/").text
