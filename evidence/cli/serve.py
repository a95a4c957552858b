"""``evidence serve``: the letters' page for their recipients and the staff's pages. ``evidence staff``: who works there."""

from __future__ import annotations

import os
import sys

import click

from evidence.cli._app import App, n_
from evidence.cli._words import staff_label
from evidence.errors import fail

PASSWORD = "EVIDENCE_STAFF_PASSWORD"


@click.command(
    help=n_(
        "Serve the receipt page (/R/…) and the staff's pages (/staff) until interrupted.\n\nReaders must come over TLS: put "
        "nginx or Caddy before it and name it with --proxy (docs/receipt.zh.md).\n\n"
        "Example: evidence serve --port 8080 --proxy 127.0.0.1 --sms command:/opt/office/send-sms"
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help=n_("Address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help=n_("Port to listen on; 0 takes a free one."),
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    help=n_("Address of the TLS proxy, which is believed when it says for whom it asks."),
)
@click.option(
    "--office",
    "office",
    multiple=True,
    help=n_("Address or network of the office, whose openings never count: 203.0.113.0/24."),
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help=n_(
        "Another name of this server beside policy.host, as the staff ask for it: 192.168.1.5, files.office."
    ),
)
@click.option(
    "--sms",
    default="none",
    show_default=True,
    help=n_("How codes go out: none, console, command:PROGRAM, or a package's name."),
)
@click.option(
    "--plain-http",
    is_flag=True,
    help=n_("For trying out on this machine: cookies without TLS. Never with letters of people."),
)
@click.pass_obj
def serve(
    app: App,
    host: str,
    port: int,
    proxies: tuple[str, ...],
    office: tuple[str, ...],
    names: tuple[str, ...],
    sms: str,
    plain_http: bool,
) -> None:
    from evidence.web.server import bind
    from evidence.web.server import serve as run
    from evidence.web.settings import Settings, networks, own_hosts
    from evidence.workspace.sms import sender_named

    if app.log_file:
        from evidence import oplog

        oplog.listen(app.log_file)
    sender = sender_named(sms)
    workspace = app.workspace()
    hosts = own_hosts(workspace.office.policy.host, host, names)
    settings = Settings(is_secure=not plain_http, office=networks(office), hosts=hosts)
    listening = bind(host, port)
    with workspace.letter_page(sms=sender) as page:
        if not workspace.office.policy.host:
            app.complain([fail("web.no-host").problems[0]], warning=True)
        address = f"http://{host}:{listening.getsockname()[1]}"
        told = app.t(n_("Serving at {address}; end with Ctrl-C."), address=address)
        run(page, settings, listening, proxies=proxies, ready=lambda: click.echo(told, err=True))
    app.finish([{"address": address}])


@click.group(help=n_("Who works at the staff's pages."))
def staff() -> None:
    pass


@staff.command(
    "add",
    help=n_(
        "Add NAME, or give them another role or password, which ends all their logins.\n\nThe password is asked for twice; "
        "programs give it in EVIDENCE_STAFF_PASSWORD.\n\nExample: evidence staff add 样甲 --role clerk"
    ),
)
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["clerk", "lawyer", "admin"]), required=True,
    help=n_("clerk records at the door, lawyer reads receipts too, admin also who looked at what."),
)  # fmt: skip
@click.pass_obj
def add(app: App, name: str, role: str) -> None:
    workspace = app.workspace()
    made = workspace.add_staff(name, role, _password(app))
    app.out(app.t(n_("{name} can log in at /staff as {role}."), name=made.name, role=made.role.value))
    app.finish([{"name": made.name, "role": made.role.value}])


@staff.command("list", help=n_("List who can log in.\n\nExample: evidence staff list"))
@click.pass_obj
def list_(app: App) -> None:
    members = app.workspace().staff()
    app.table(
        [app.t(n_("Name")), app.t(n_("Role"))],
        [(one.name, staff_label(one.role.value, app.lang)) for one in members],
    )
    app.finish([{"name": one.name, "role": one.role.value} for one in members])


@staff.command("remove", help=n_("End NAME's access at once.\n\nExample: evidence staff remove 样甲"))
@click.argument("name")
@click.pass_obj
def remove(app: App, name: str) -> None:
    app.workspace().remove_staff(name)
    app.out(app.t(n_("{name} can log in no more."), name=name))
    app.finish([{"name": name}])


def _password(app: App) -> str:
    given = os.environ.get(PASSWORD, "")
    if given or not sys.stdin.isatty():
        return given
    return str(click.prompt(app.t(n_("Password")), hide_input=True, confirmation_prompt=True, err=True))
