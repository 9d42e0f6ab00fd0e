"""An OpenID Connect provider on loopback for tests: whoever comes is signed in at once, as ``claims`` say."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "policy-kb"


class Provider:
    """``claims`` are what it says of whoever comes; ``tokens`` counts how often somebody came."""

    def __init__(self, **claims: object):
        from joserfc.jwk import RSAKey

        self.claims = claims
        self.tokens = 0
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.nonce = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()

    def secrets(self, site: str) -> str:
        """Return the file of secrets that has a page sign in here."""
        fields = {
            "redirect_uri": f"{site}/oauth2callback", "cookie_secret": "x" * 40, "client_id": CLIENT,
            "client_secret": "geheim", "server_metadata_url": f"{self.url}/.well-known/openid-configuration",
        }  # fmt: skip
        return "[auth]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())

    def metadata(self) -> dict:
        """Return what the provider says of itself."""
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip

    def token(self) -> dict:
        """Return what a code is exchanged for."""
        from joserfc import jwt

        self.tokens += 1
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 600, "nonce": self.nonce,
            **self.claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self):
        asked = urlsplit(self.path)
        if asked.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            self.provider.nonce = query.get("nonce", "")
            self.send_response(302)
            back = urlencode({"code": "c", "state": query["state"]})
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.end_headers()
        elif asked.path == "/jwks":
            self._send({"keys": [self.provider.key.as_dict(private=False)]})
        else:
            self._send(self.provider.metadata())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(self.provider.token())

    def _send(self, value: object):
        content = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass
