"""What `deploy/` says is what there is: paths, extras, and commands with their options."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest

from evidence.cli._root import cli


@pytest.fixture(scope="module")
def container(checkout: Path) -> str:
    return (checkout / "deploy" / "Containerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def project(checkout: Path) -> dict[str, dict[str, dict[str, object]]]:
    return tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))


def understood(words: list[str]) -> click.Context:
    """The command line as the program reads it; fails on a word that it does not know."""
    root = cli.make_context("evidence", list(words), resilient_parsing=False)
    name, command, rest = cli.resolve_command(root, [*root._protected_args, *root.args])
    assert name and command
    return command.make_context(name, rest, parent=root)


def test_the_container_copies_all_that_the_package_is_built_from(
    container: str, project: dict[str, dict[str, dict[str, object]]], checkout: Path
) -> None:
    copied = [path for line in re.findall(r"^COPY (.+) /src", container, re.M) for path in line.split()]
    assert all((checkout / path).exists() for path in copied)
    target = project["tool"]["hatch"]["build"]["targets"]["wheel"]  # type: ignore[index]
    hook = project["tool"]["hatch"]["build"]["hooks"]["custom"]["path"]  # type: ignore[index]
    needed = {*target["packages"], *target["force-include"], hook.partition("/")[0]}
    needed |= {str(project["project"]["readme"]), "LICENSE", "pyproject.toml"}
    assert needed == set(copied)


def test_the_container_names_extras_that_there_are(
    container: str, project: dict[str, dict[str, dict[str, object]]]
) -> None:
    (named,) = re.findall(r"'/src\[(.+)\]'", container)
    assert set(named.split(",")) <= set(project["project"]["optional-dependencies"])


def test_the_container_starts_a_server_at_the_port_it_shows(container: str) -> None:
    (words,) = re.findall(r"^CMD (\[.+\])", container, re.M)
    told = understood(json.loads(words)).params
    assert (told["host"], told["port"]) == ("0.0.0.0", 8400)
    assert "EXPOSE 8400" in container
    assert "http://127.0.0.1:8400/healthz" in container


@pytest.mark.parametrize("unit", ["evidence.service", "evidence-backup.service"])
def test_a_unit_starts_a_command_that_there_is(checkout: Path, unit: str) -> None:
    text = (checkout / "deploy" / unit).read_text("utf-8")
    (line,) = re.findall(r"^ExecStart=.*?/evidence (.+?)'?$", text, re.M)
    words = [word.strip('"') for word in line.replace("$(date +%%Y%%m%%dT%%H%%M%%S)", "now").split()]
    told = understood(words)
    folders = re.findall(r"^ReadWritePaths=(.+)", text, re.M)[0].split()
    assert text.count("WorkingDirectory=/srv/office") == 1
    assert "/srv/office" in folders
    if told.info_name == "backup":
        assert any(str(told.params["target"]).startswith(folder) for folder in folders)


def test_the_home_of_the_user_it_runs_as_is_not_the_workspace(checkout: Path) -> None:
    """The database's password, ``~/.pgpass``, would lie in the workspace and go into every backup."""
    text = (checkout / "deploy" / "evidence.service").read_text("utf-8")
    (home,) = re.findall(r"useradd .*--home-dir (\S+)", text)
    (workspace,) = re.findall(r"^WorkingDirectory=(.+)", text, re.M)
    assert not Path(home).is_relative_to(workspace)
    assert not home.startswith(("/home", "/root")), "ProtectHome=yes hides these"
