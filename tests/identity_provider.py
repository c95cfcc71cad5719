"""An OIDC provider that people log in at, in a process of its own, made of Authlib's authorization server.

Whoever is sent to it chooses who they are, by a link of a page or by `login_hint`; there are no passwords. `/control`
says how it is to behave next. It prints its URL when it is ready.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, Response, jsonify, request
from joserfc import jws, jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server

SECRET = "the-secret-of-the-client"
PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"name": "Ada Lovelace", "email": "ada@mill.example", "groups": ["platform"]},
    "bob": {"name": "Bob Bobbin", "email": "bob@mill.example", "groups": ["spinners"]},
    "eve": {"name": "Eve Edit", "email": "eve@mill.example", "groups": ["weavers"]},
    "vic": {"name": "Vic Visitor", "email": "vic@mill.example", "groups": ["guests"]},
    "tom": {"name": "Tom Tourist", "email": "tom@mill.example", "groups": []},
}


def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": name, "use": "sig", "alg": "RS256"})


BEHAVIOUR: dict[str, Any] = {"keys": [new_key("first")], "down": False, "claims": {}, "header": {}, "error": ""}


@dataclass(kw_only=True)
class Client(ClientMixin):
    """The server of Treadle."""

    id: str = "treadle"

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/auth/callback")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(kw_only=True)
class Code:
    """What somebody comes back with."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    user: str
    code_challenge: str | None
    code_challenge_method: str | None
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


CODES: dict[str, Code] = {}


class Codes(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = request.payload.data
        CODES[code] = Code(
            code=code,
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope,
            nonce=asked.get("nonce"),
            user=request.user,
            code_challenge=asked.get("code_challenge"),
            code_challenge_method=asked.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del CODES[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> str:
        return authorization_code.user


class IdTokens(OpenIDCode):
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def get_jwt_config(self, grant: Any, client: Any = None) -> dict[str, Any]:
        return {"iss": request.host_url.rstrip("/"), "alg": "RS256", "key": BEHAVIOUR["keys"][-1], "exp": 600}

    def generate_user_info(self, user: str, scope: str) -> UserInfo:
        return UserInfo(sub=f"id-of-{user}", **PEOPLE[user])


app = Flask(__name__)
server = AuthorizationServer(app, query_client={"treadle": Client()}.get, save_token=lambda token, request: None)
server.scopes_supported = ["openid", "profile", "email"]
server.register_token_generator("default", BearerTokenGenerator(lambda **given: "an-access-token-of-the-provider"))
server.register_grant(Codes, [IdTokens(require_nonce=True), CodeChallenge(required=True)])


@app.before_request
def be_down_when_told() -> Response | None:
    return Response("busy", status=500) if BEHAVIOUR["down"] and request.path != "/control" else None


@app.get("/.well-known/openid-configuration")
def discovery() -> Response:
    issuer = request.host_url.rstrip("/")
    return jsonify(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
    )


@app.get("/jwks")
def jwks() -> Response:
    return jsonify(KeySet(BEHAVIOUR["keys"][-1:]).as_dict(private=False))


@app.get("/authorize")
def authorize() -> Response | str:
    if BEHAVIOUR["error"]:
        back = {"error": "access_denied", "error_description": BEHAVIOUR["error"], "state": request.args["state"]}
        return Response(status=302, headers={"Location": f"{request.args['redirect_uri']}?{urlencode(back)}"})
    if (hint := request.args.get("login_hint")) is None:
        links = "".join(
            f'<p><a href="?{escape(urlencode({**request.args, "login_hint": each}))}">{each}</a>' for each in PEOPLE
        )
        return f"<!doctype html><html lang=en><title>Who are you?</title><h1>Who are you?</h1>{links}"
    grant = server.get_consent_grant(end_user=hint)
    answer: Response = server.create_authorization_response(grant_user=hint, grant=grant)
    return answer


@app.post("/token")
def token() -> Response:
    response: Response = server.create_token_response()
    answer = json.loads(response.get_data())
    if "id_token" in answer and (BEHAVIOUR["claims"] or BEHAVIOUR["header"]):
        answer["id_token"] = _otherwise(answer["id_token"])
        response.set_data(json.dumps(answer))
    return response


def _otherwise(id_token: str) -> str:
    """The ID token with other claims, or signed in another way."""
    found = jwt.decode(id_token, BEHAVIOUR["keys"][-1]).claims
    claims = {name: value for name, value in {**found, **BEHAVIOUR["claims"]}.items() if value is not None}
    header = {"alg": "RS256", "kid": "first", **BEHAVIOUR["header"]}
    if header["alg"] == "none":
        registry = jws.JWSRegistry(algorithms=["none"])
        return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), registry=registry)
    if header["alg"] == "HS256":  # with what everybody can read of the provider's key
        public = BEHAVIOUR["keys"][-1].as_pem(private=False)
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.encode() + public[:0]))
    key = new_key("first") if header.get("kid") == "forged" else BEHAVIOUR["keys"][-1]
    return jwt.encode({**header, "kid": BEHAVIOUR["keys"][-1].kid}, claims, key)


@app.post("/control")
def control() -> Response:
    """Behave in another way: anew, with what is said."""
    asked = request.get_json()
    BEHAVIOUR.update({"down": False, "claims": {}, "header": {}, "error": ""})
    if asked.pop("rotate", False):
        BEHAVIOUR["keys"] = [new_key(f"key-{time.time_ns()}")]
    BEHAVIOUR.update(asked)
    return jsonify({})


if __name__ == "__main__":
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{listening.server_port}", flush=True)
    listening.serve_forever()
