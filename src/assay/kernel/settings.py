"""Every setting of Assay, one flat list. Each is an environment variable ``ASSAY_<NAME>``.

The command line sets some of them (``--data``, ``--port``); the rest come from the environment.
``docs/reference/settings.md`` describes each one, and a test fails when one is missing there.
"""

from __future__ import annotations

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from assay.kernel.errors import BadInput

_KNOWN_SECRETS = frozenset({"secret", "changeme", "change-me", "assay", "password", "development", "insecure"})
_SECRET_CHARACTERS_MIN = 32
_TOKEN_CHARACTERS_MIN = 20


def _default_data() -> Path:
    return Path(platformdirs.user_data_dir("assay", appauthor=False))


class Settings(BaseSettings):
    """What an operator can set. Unsafe combinations are refused by :func:`refuse_unsafe`."""

    model_config = SettingsConfigDict(env_prefix="ASSAY_", extra="ignore", frozen=True)

    data: Path = Field(
        default_factory=_default_data,
        description="Folder of the embedded database, the secret, uploads and exports.",
    )
    database: str = Field(
        default="",
        repr=False,
        description="URL of a PostgreSQL database (postgresql://...). Empty: SQLite in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field(
        default="",
        description="Address that people type, used in links. Empty: made from host and port.",
    )
    behind_tls: bool = Field(
        default=False,
        description="Set when a proxy in front speaks TLS: cookies become Secure, HSTS is sent.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Comma list of proxy addresses or networks whose X-Forwarded-For is believed.",
    )
    secret: str = Field(
        default="",
        repr=False,
        description="Key that signs cursors and CSRF tokens. Empty: made at first start, kept in the data folder.",
    )
    max_upload_mb: int = Field(default=200, ge=1, le=100_000, description="Largest file that an import accepts.")
    session_days: int = Field(default=14, ge=1, le=365, description="Days until a browser session ends.")
    sign_in_link_minutes: int = Field(
        default=60, ge=1, le=10_080, description="Minutes that a one-time sign-in link is good for."
    )
    sign_in_attempts: int = Field(
        default=10, ge=3, le=1_000, description="Wrong passwords for one person from one address in 15 minutes."
    )
    database_connections: int = Field(default=8, ge=2, le=200, description="PostgreSQL connections of one process.")
    metrics_token: str = Field(
        default="",
        repr=False,
        description="Token that Prometheus sends to read /metrics. Empty: nobody can read them.",
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    @property
    def database_url(self) -> str:
        """The SQLAlchemy-free form: ``sqlite:////path`` or ``postgresql://...``."""
        return self.database or f"sqlite:///{(self.data / 'assay.db').resolve()}"

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted proxies. Raises ValueError for what is no address or network, or is all of them."""
        parts = [part.strip() for part in self.trusted_proxies.split(",")]
        networks = tuple(ip_network(part, strict=False) for part in parts if part)
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("everybody would be believed")
        return networks


def refuse_unsafe(settings: Settings) -> None:
    """Stop a start that would be unsafe, naming the setting and the fix. Raises BadInput."""
    if not _is_loopback(settings.host) and not settings.behind_tls:
        raise BadInput(
            f"ASSAY_HOST is {settings.host}: other machines could reach Assay without TLS.",
            field="ASSAY_HOST",
            action="Put a TLS proxy in front and set ASSAY_BEHIND_TLS=1, or listen on 127.0.0.1.",
        )
    if settings.secret and (
        len(settings.secret) < _SECRET_CHARACTERS_MIN
        or settings.secret.strip().lower() in _KNOWN_SECRETS
        or len(set(settings.secret)) < 10
    ):
        raise BadInput(
            "ASSAY_SECRET is short, well known or too regular.",
            field="ASSAY_SECRET",
            action="Leave it empty (Assay makes one), or use: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    if settings.metrics_token and len(settings.metrics_token) < _TOKEN_CHARACTERS_MIN:
        raise BadInput(
            f"ASSAY_METRICS_TOKEN has fewer than {_TOKEN_CHARACTERS_MIN} characters.",
            field="ASSAY_METRICS_TOKEN",
            action="Use: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    _refuse_misleading(settings)
    if settings.database and not settings.database.startswith(("postgresql://", "postgres://")):
        raise BadInput(
            "ASSAY_DATABASE is not a PostgreSQL URL.",
            field="ASSAY_DATABASE",
            action="Use postgresql://user:password@host/name, or leave it empty for SQLite.",
        )


def _refuse_misleading(settings: Settings) -> None:
    """What people type, and who forwards for them."""
    address = urlsplit(settings.public_url)
    if settings.public_url and (address.scheme not in ("http", "https") or not address.hostname):
        raise BadInput(
            f"ASSAY_PUBLIC_URL is {settings.public_url!r}, which no browser could open.",
            field="ASSAY_PUBLIC_URL",
            action="Use https://name, or http://127.0.0.1:8080 on this machine alone.",
        )
    if address.scheme == "https" and not settings.behind_tls:
        raise BadInput(
            "ASSAY_PUBLIC_URL begins with https, but ASSAY_BEHIND_TLS is not set: cookies would also go unencrypted.",
            field="ASSAY_BEHIND_TLS",
            action="Set ASSAY_BEHIND_TLS=1.",
        )
    try:
        _ = settings.proxy_networks
    except ValueError as problem:
        raise BadInput(
            f"ASSAY_TRUSTED_PROXIES: {problem}.",
            field="ASSAY_TRUSTED_PROXIES",
            action="Use addresses or networks of your own proxies, like 10.0.0.5,10.1.0.0/16.",
        ) from None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_or_make_secret(settings: Settings) -> bytes:
    """The signing key: the setting, or the one kept beside the database (made at first start, mode 600).

    Raises BadInput when the kept file can be read by others.
    """
    if settings.secret:
        return settings.secret.encode()
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept_secret(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return _kept_secret(path)


def _kept_secret(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise BadInput(
            f"{path} can be read by other people of this machine.",
            field="ASSAY_DATA",
            action=f"Run: chmod 600 {path}",
        )
    text = path.read_text().strip()
    if len(text) < _SECRET_CHARACTERS_MIN:
        raise BadInput(
            f"{path} holds no usable secret.",
            field="ASSAY_DATA",
            action="Remove the file; a new one is made at the next start, and everybody signs in again.",
        )
    return text.encode()
