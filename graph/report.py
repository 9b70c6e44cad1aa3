"""Findings as text, JSON and SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from selenograph.graph.check import Finding


def text(findings: Iterable[Finding]) -> str:
    """Return a line for each finding, as compilers write them, and one with what is right."""
    return "\n".join(
        f"{f.path}:{f.line}:{f.column}: {f.severity}: "
        f"{f.resource + ': ' if f.resource else ''}{f.problem} [{f.rule}]"
        + (f"\n    {f.remedy}" if f.remedy else "")
        for f in findings
    )


def as_json(findings: Iterable[Finding]) -> str:
    """Return the findings as a JSON array of objects."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)


def sarif(findings: Iterable[Finding]) -> str:
    """Return the findings as a SARIF 2.1.0 log, which editors and code hosts show in place."""
    results = [
        {
            "ruleId": finding.rule,
            "level": finding.severity,
            "message": {"text": f"{finding.resource}: {finding.problem} {finding.remedy}".strip()},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": finding.path},
                        "region": {"startLine": finding.line, "startColumn": finding.column},
                    }
                }
            ],
        }
        for finding in findings
    ]
    rules = [{"id": rule} for rule in sorted({str(result["ruleId"]) for result in results})]
    driver = {"name": "selenograph", "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


FORMATS = {"text": text, "json": as_json, "sarif": sarif}
