"""create_app(): the only file that wires everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from delphi import db, jobs, settings, web
from delphi.settings import Settings
from delphi.web import static_files

PACKAGE = Path(__file__).parent
STATIC = PACKAGE / "web" / "static"


def shipped(name: str) -> Path:
    """A folder that stands at the top of the repository, and inside the package once installed."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def create_app(chosen: Settings | None = None, *, clock: Callable[[], datetime] | None = None) -> Flask:
    """The whole application; `clock` replaces the time of day in tests."""
    chosen = chosen or settings.read()
    chosen.instance_folder.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "delphi",
        root_path=str(PACKAGE),
        instance_path=str(chosen.instance_folder),
        template_folder=str(shipped("templates")),
        static_folder=str(STATIC),
        static_url_path=static_files.address_of(STATIC),
    )
    app.config.update(_flask_settings(chosen), CLOCK=clock)
    jobs.init_app(app, jobs.make_huey(chosen.queue_url, str(chosen.instance_folder / "queue.sqlite3")))
    db.init_app(app, str(shipped("migrations")))
    web.init_app(app)
    if chosen.trusted_proxies:
        count = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _flask_settings(chosen: Settings) -> dict[str, object]:
    secure = chosen.base_url.startswith("https://")
    return {
        "SETTINGS": chosen,
        "SECRET_KEY": chosen.secret_key,
        "SQLALCHEMY_DATABASE_URI": chosen.database_uri,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # errors are logged: no addresses, no answers
        "TRANSLATIONS": PACKAGE / "translations",
        "MAX_CONTENT_LENGTH": chosen.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": chosen.max_upload_mb * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "SESSION_COOKIE_NAME": "delphi",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=chosen.session_hours),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
    }
