"""An OIDC provider in a process of its own, made of Authlib's authorization server: discovery, keys, tokens.

It knows the client `treadle` with two grants, and signs JSON Web Tokens. `/control` says how it is to behave, and tells
what it was asked. It prints its URL when it is ready.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidGrantError, UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import BaseGrant, ClientCredentialsGrant, TokenEndpointMixin
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

SECRET = "cl1ent/s3cret+of the treadle"
METHODS = ["client_secret_basic", "client_secret_post"]
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
KEY = RSAKey.generate_key(2048, parameters={"kid": "first", "use": "sig", "alg": "RS256"})


@dataclass(kw_only=True)
class Client(ClientMixin):
    """A client, its secret, and what it may do."""

    id: str
    secret: str
    grants: tuple[str, ...]

    def get_client_id(self) -> str:
        return self.id

    def get_allowed_scope(self, scope: str) -> str:
        return scope or "models:read"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in BEHAVIOUR["methods"] or (method == "none" and not self.secret)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grants


CLIENTS = {
    "treadle": Client(id="treadle", secret=SECRET, grants=("client_credentials", EXCHANGE)),
    "plain": Client(id="plain", secret="a-secret-without-special-characters", grants=("client_credentials",)),
    "reader": Client(id="reader", secret=SECRET, grants=()),
    "public": Client(id="public", secret="", grants=(EXCHANGE,)),
}
BEHAVIOUR: dict[str, Any] = {}
ASKED: list[dict[str, Any]] = []


class ClientCredentials(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = METHODS


class TokenExchange(BaseGrant, TokenEndpointMixin):
    """RFC 8693, for tokens that this provider has signed itself."""

    GRANT_TYPE = EXCHANGE
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [*METHODS, "none"]

    def validate_token_request(self) -> None:
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError()
        subject = request.form.get("subject_token", "")
        try:
            claims = jwt.decode(subject, KEY).claims
        except (JoseError, ValueError):
            raise InvalidGrantError(f"the subject token {subject} can't be verified") from None
        if claims["exp"] < time.time():
            raise InvalidGrantError("the subject token has expired")
        self.request.client = client

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        token = self.generate_token(user=None, scope=request.form.get("scope"), include_refresh_token=False)
        issued = {"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        return 200, {**token, **issued}, self.TOKEN_RESPONSE_HEADER


def signed(lifetime: float, **claims: Any) -> str:
    now = int(time.time() + BEHAVIOUR["clock"])
    return jwt.encode(
        {"alg": "RS256", "kid": "first"}, {"iat": now, "exp": now + lifetime, "jti": len(ASKED), **claims}, KEY
    )


def access_token(client: Client, grant_type: str, user: object, scope: str) -> str:
    return signed(BEHAVIOUR["lifetime"], client_id=client.id, scope=scope, aud=request.form.get("audience", ""))


app = Flask(__name__)
server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=lambda token, request: None)
server.scopes_supported = ["models:read", "models:write"]
server.register_token_generator(
    "default", BearerTokenGenerator(access_token, None, lambda client, grant_type: BEHAVIOUR["lifetime"])
)
server.register_grant(ClientCredentials)
server.register_grant(TokenExchange)


@app.before_request
def fail_when_told() -> Response | None:
    if request.path != "/control" and BEHAVIOUR["fail"]:
        return Response("busy", status=BEHAVIOUR["fail"].pop(0), headers={"Retry-After": "0"})
    return None


@app.get("/.well-known/openid-configuration")
def discovery() -> Response:
    issuer = request.host_url.rstrip("/")
    found = {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "grant_types_supported": ["client_credentials", EXCHANGE],
        "token_endpoint_auth_methods_supported": BEHAVIOUR["methods"],
        **BEHAVIOUR["discovery"],
    }
    return jsonify({name: value for name, value in found.items() if value is not None})


@app.get("/jwks")
def jwks() -> Response:
    return jsonify(KeySet([KEY]).as_dict(private=False))


@app.post("/token")
def token() -> Response:
    ASKED.append({**request.form, "basic": request.authorization is not None})
    response: Response = server.create_token_response()
    answer = {**json.loads(response.get_data()), **BEHAVIOUR["answer"]}
    response.set_data(json.dumps({name: value for name, value in answer.items() if value is not None}))
    return response


@app.get("/moved")
def moved() -> Response:
    return Response(status=302, headers={"Location": "/token"})


@app.route("/control", methods=["GET", "POST"])
def control() -> Response:
    """Begin anew, with another behaviour; or tell what was asked."""
    if request.method == "POST":
        ASKED.clear()
        behave(**request.get_json())
    return jsonify({"asked": ASKED, "expired": signed(-10), "good": signed(3600)})


def behave(
    lifetime: float = 3600, clock: float = 0, fail: tuple[int, ...] = (), methods: object = METHODS, **given: object
) -> None:
    own = {"lifetime": lifetime, "clock": clock, "fail": list(fail), "methods": methods}
    BEHAVIOUR.update({"discovery": {}, "answer": {}, **own, **given})


class Handler(WSGIRequestHandler):
    """Says what time it is by the provider's clock."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(time.time() + BEHAVIOUR["clock"])


if __name__ == "__main__":
    behave()
    listening = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    print(f"http://127.0.0.1:{listening.server_port}", flush=True)
    listening.serve_forever()
