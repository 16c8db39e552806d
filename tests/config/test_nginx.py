"""The example for nginx as it is shipped: real nginx ends TLS in front of a real ``svyazka up``."""

import contextlib
import http.client
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from tests.company import PASSWORD
from tests.flows.running import PATIENCE, Place, free_port, place
from tools import nginx, system

EXAMPLE = Path(__file__).parents[2] / "docs" / "nginx.conf.example"
HOST = "presale.example.com"

PROGRAM = nginx.find()
pytestmark = pytest.mark.skipif(
    not PROGRAM and not system.in_ci(), reason="there is no nginx; `python -m tools.nginx` says how to get it"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and by which connection nobody cares."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True, slots=True)
class Front:
    """nginx with Svyazka behind it."""

    folder: Path
    tls: int
    plain: int
    trust: ssl.SSLContext
    secret: str
    deal: str

    def connect(self, source: str) -> http.client.HTTPSConnection:
        """A connection from an address of the loopback network."""
        return http.client.HTTPSConnection(
            "127.0.0.1", self.tls, timeout=PATIENCE, context=self.trust, source_address=(source, 0)
        )

    def ask(
        self, method: str, path: str, body: bytes = b"", source: str = "127.0.0.1", **more: str
    ) -> Answer:
        """One request, as a browser sends it that was told our name."""
        with closing(self.connect(source)) as line:
            line.request(
                method,
                path,
                body,
                {"Host": HOST} | {key.replace("_", "-"): value for key, value in more.items()},
            )
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def logs(self) -> str:
        """All that nginx has written down."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


def _certificate(folder: Path) -> None:
    """A certificate signed by itself, for our name and for this machine."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
    )
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _configured(folder: Path, *, tls: int, plain: int, behind: int) -> Path:
    """The example with our ports and folders for its own, within the least that any nginx.conf has."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for theirs, ours in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{behind};"),
        ("/etc/letsencrypt/live/presale.example.com/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert theirs in text
        text = text.replace(theirs, ours)
    (folder / "svyazka.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{ worker_connections 1024; }} http {{ access_log {folder}/access.log; {temporary}"
        f"include {folder}/svyazka.conf; }}",
        encoding="utf-8",
    )
    return main


@contextlib.contextmanager
def _nginx(main: Path, port: int) -> Iterator[None]:
    assert PROGRAM
    subprocess.run([PROGRAM, "-t", "-q", "-c", main], check=True)
    running = subprocess.Popen([PROGRAM, "-c", main, "-g", "daemon off;"])
    try:
        end = time.monotonic() + PATIENCE
        while not _listens(port):
            assert running.poll() is None
            assert time.monotonic() < end, "nginx does not start"
            time.sleep(0.02)  # asked again until the deadline
        yield
    finally:
        running.terminate()
        running.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Both servers, each stopped by whoever started it."""
    folder = tmp_path_factory.mktemp("nginx")
    tls, plain = free_port(), free_port()
    _certificate(folder)
    with place(tmp_path_factory.mktemp("behind"), workers=2, name="svyazka_nginx", ready=1) as made:
        told = {
            "SVYAZKA_PUBLIC_URL": f"https://{HOST}", "SVYAZKA_TLS": "yes", "SVYAZKA_TRUSTED_PROXY": "127.0.0.1",
        }  # fmt: skip
        behind: Place = replace(made, env={**made.env, **told})
        link = subprocess.run(
            [sys.executable, "-m", "svyazka.config.cli", "link", "create", "--name", "site"],
            env=behind.env, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        main = _configured(folder, tls=tls, plain=plain, behind=behind.port)
        with behind.up(), _nginx(main, tls):
            trust = ssl.create_default_context(cafile=folder / "fullchain.pem")
            yield Front(folder, tls, plain, trust, link.stdout, made.told["ready"][0])


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def _cookies(answer: Answer) -> dict[str, str]:
    """Name and the whole line of each cookie that is set."""
    return {line.partition("=")[0]: line for line in answer.headers.get_all("Set-Cookie", [])}


def _sign_in(front: Front, email: str, password: str, source: str, **more: str) -> Answer:
    page = front.ask("GET", "/account/login/", source=source)
    kept = "; ".join(line.partition(";")[0] for line in _cookies(page).values())
    form = {"csrfmiddlewaretoken": _token(page.text), "login": email, "password": password}
    return front.ask(
        "POST", "/account/login/", urlencode(form).encode(), source,
        Cookie=kept, Content_Type="application/x-www-form-urlencoded",
        Origin=f"https://{HOST}", Referer=f"https://{HOST}/account/login/", **more,
    )  # fmt: skip


def test_people_sign_in_by_tls_and_their_cookies_never_travel_without_it(front: Front) -> None:
    signed = _sign_in(front, "manager@svyazka.example", PASSWORD, "127.0.0.2")
    assert (signed.status, signed.headers["Location"]) == (302, "/")
    assert "max-age=" in signed.headers["Strict-Transport-Security"]
    cookies = _cookies(signed)
    assert {"sessionid", "csrftoken"} <= set(cookies)
    assert all("; Secure" in line for line in cookies.values())
    kept = "; ".join(line.partition(";")[0] for line in cookies.values())
    assert front.ask("GET", "/", source="127.0.0.2", Cookie=kept).status == 200


def test_whoever_comes_without_tls_is_led_to_it(front: Front) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", front.plain, timeout=PATIENCE)) as line:
        line.request("GET", "/account/login/?next=/board/", headers={"Host": HOST})
        answer = line.getresponse()
        assert answer.status == 301
        assert answer.headers["Location"] == f"https://{HOST}/account/login/?next=/board/"


def test_a_name_that_is_not_ours_is_answered_by_nobody(front: Front) -> None:
    answer = front.ask("GET", "/account/login/", Host="evil.example")
    assert answer.status == 400
    assert "evil.example" not in answer.text


def test_styles_and_scripts_come_packed_and_may_be_kept_for_ever(front: Front) -> None:
    page = front.ask("GET", "/account/login/").text
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert {path.rpartition(".")[2] for path in files} >= {"css", "js"}
    for path in files:
        answer = front.ask("HEAD", path, Accept_Encoding="gzip")
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_what_is_too_large_gets_its_answer_not_a_broken_line(front: Front) -> None:
    """Stopped by nginx, or refused by Svyazka before it has read the body: several times, for a race is lost by chance."""
    form, data = "multipart/form-data; boundary=x", "application/json"
    for size in (5_300_000, 8_000_000):
        assert front.ask("POST", "/account/login/", b"x" * size, Content_Type=form).status == 413
    for size in (200_000, 1_000_000, 5_000_000):
        refused = {
            front.ask("POST", "/account/login/", b"x" * size, Content_Type=form).status for _ in range(5)
        }
        assert refused == {403}  # a form without its token
    for size, status in ((200_000, 401), (300_000, 413), (5_000_000, 413)):
        answers = [front.ask("POST", "/api/v1/requests", b"x" * size, Content_Type=data) for _ in range(8)]
        assert {answer.status for answer in answers} == {status}
        assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}


def test_nginx_lets_as_much_into_a_folder_as_svyazka_takes() -> None:
    let = re.search(r"/file/\$ \{\s+client_max_body_size (\d+)m;", EXAMPLE.read_text(encoding="utf-8"))
    assert let
    assert int(let[1]) << 20 == settings.FOLDER_FORM_LIMIT


def test_files_come_into_a_folder_and_those_of_strangers_get_their_answer(front: Front) -> None:
    signed = _sign_in(front, "manager@svyazka.example", PASSWORD, "127.0.0.7")
    cookies = {name: line.partition(";")[0] for name, line in _cookies(signed).items()}
    kept = "; ".join(cookies.values())
    page = f"/deals/{front.deal}/"
    path = f"{page}file/"
    token = _token(front.ask("GET", f"{page}?open=file", Cookie=kept).text)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
    ).encode()
    more: dict[str, str] = {
        "Content_Type": "multipart/form-data; boundary=x",
        "Origin": f"https://{HOST}",
        "Referer": f"https://{HOST}{page}",
    }
    whole = {size: body + b"x" * size + b"\r\n--x--\r\n" for size in (24 << 20, 26 << 20, 102 << 20)}
    assert front.ask("POST", path, whole[24 << 20], Cookie=kept, **more).status == 303
    assert front.ask("POST", path, whole[26 << 20], Cookie=kept, **more).status == 422
    assert front.ask("POST", path, whole[102 << 20], Cookie=kept, **more).status == 413
    assert front.ask("POST", path, whole[24 << 20], **more).status == 302, "signs in first"


def test_who_guesses_passwords_is_known_by_his_own_address_whatever_he_writes_in_headers(
    front: Front,
) -> None:
    def refused(number: int, source: str) -> bool:
        email, forged = f"guess{number}@svyazka.example", f"203.0.113.{number}"
        answer = _sign_in(
            front, email, "no", source, Accept_Language="en", X_Forwarded_For=forged, X_Real_IP=forged
        )
        assert answer.status == 200
        return "Too many failed login attempts" in answer.text

    assert any(refused(number, "127.0.0.3") for number in range(12))
    assert not refused(99, "127.0.0.4")


def test_the_secret_of_a_form_stands_in_no_log(front: Front) -> None:
    path = front.secret.strip().partition(HOST)[2]
    secret = path.strip("/").rpartition("/")[2]
    assert len(secret) > 10
    statuses = Counter(front.ask("GET", path, source="127.0.0.5").status for _ in range(60))
    assert set(statuses) == {200, 429}
    style = re.search(r'href="(/static/[^"]+\.css)"', front.ask("GET", path).text)
    assert style
    front.ask("GET", style[1], Referer=f"https://{HOST}{path}")
    with closing(http.client.HTTPConnection("127.0.0.1", front.plain, timeout=PATIENCE)) as line:
        line.request("GET", path, headers={"Host": HOST})
        line.getresponse()
    logs = front.logs()
    assert style[1] in logs
    assert secret not in logs


@pytest.mark.parametrize("before", ["/c/{}/", "/calendar/{}.ics", "/feeds/{}/google.csv"])
def test_the_secret_of_an_address_stands_in_no_log_either(front: Front, before: str) -> None:
    secret = "nobodys-7e1c2b0d9a8f4c3e5b6a"
    assert front.ask("GET", before.format(secret)).status == 404
    front.ask("GET", "/healthz?afterwards")
    logs = front.logs()
    assert "/healthz?afterwards" in logs
    assert secret not in logs


def test_only_this_machine_asks_whether_it_is_ready(front: Front) -> None:
    assert front.ask("GET", "/readyz", source="127.0.0.6").status == 403
    assert front.ask("GET", "/readyz").status in {200, 503}


def test_three_hundred_slow_connections_keep_nobody_waiting(front: Front) -> None:
    """Half of them never end their headers, half never end a form that they have announced."""
    headers = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: "
    form = f"POST /account/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 4000\r\n\r\nlogin="
    with ExitStack() as slow:
        for number in range(300):
            line = slow.enter_context(closing(front.connect(f"127.0.1.{number % 10 + 1}")))
            line.connect()
            line.sock.sendall((headers if number % 2 else form).encode())
        for _ in range(20):
            assert front.ask("GET", "/healthz").status == 200
        assert front.ask("GET", "/account/login/").status == 200
