"""What tests of hooks share: a store, a certificate, and a hook that is told something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.observers.receivers import Certificate, make_certificate
from tests.unit.runner.conftest import Project
from treadle.ir import AssetKey
from treadle.ir.hooks import Hook, Way
from treadle.observers import Told, deliver_due, overdue_message
from treadle.observers.delivering import deliver
from treadle.store import PendingDelivery, Store, open_store

LATE = datetime(2026, 5, 1, 9, tzinfo=UTC)


@dataclass
class Office:
    """A project with hooks, which has something to tell."""

    store: Store
    project: Path
    hooks: dict[str, Hook] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/bin:/bin"})

    def with_hook(self, way: Way, *, name: str = "team") -> Office:
        self.hooks[name] = Hook(name=name, on=frozenset({"overdue"}), way=way)
        return self

    @property
    def message(self) -> dict[str, object]:
        return dict(overdue_message(project=str(self.project), asset=AssetKey.parse("orders"), since=LATE))

    def has_to_tell(self, *hooks: str) -> Office:
        self.store.add_deliveries(
            PendingDelivery(project=str(self.project), hook=name, message=self.message) for name in hooks or self.hooks
        )
        return self

    def tells(self, *, seconds: float = 20.0) -> list[Told]:
        return deliver_due(
            self.store,
            self.hooks,
            project=str(self.project),
            render=self.render,
            environment=self.environment,
            seconds=seconds,
        )

    def waits_a_day(self) -> None:
        """Everything that is put off is due."""
        from sqlalchemy import create_engine, text

        engine = create_engine(f"sqlite:///{self.project}/treadle.db")
        with engine.begin() as connection:
            connection.execute(text("UPDATE deliveries SET next_at = '2026-01-01T00:00:00.000000+00:00'"))
        engine.dispose()

    def tries(self, way: Way, *, seconds: float = 20.0) -> str:
        """What one attempt to tell something by a way says."""
        hook = Hook(name="team", on=frozenset({"overdue"}), way=way)
        return deliver(hook, self.message, render=self.render, environment=self.environment, seconds=seconds)

    def render(self, text: str) -> tuple[str, frozenset[str]]:
        """As templates are: `{{ env.X }}` alone is enough here."""
        from treadle.templating import Env, render

        read = frozenset(value for name, value in self.environment.items() if f"env.{name}" in text)
        return str(render(text, {"env": Env(self.environment)})), read


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/treadle.db") as opened:
        yield opened


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return Office(store, tmp_path)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, which this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    return certificate


@pytest.fixture
def project(store: Store, tmp_path: Path) -> Project:
    """A folder with steps that run."""
    return Project(tmp_path, store)
