"""What every answer carries: security headers, a nonce where a page asks for one. Nothing about who may call."""

import secrets

from flask import Flask, Response, g, request

# No 'unsafe-inline' anywhere: style and script come from our own files, or carry the nonce of their page.
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_WITHOUT_NONCE = _POLICY.format(nonce="")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: that makes browsers send `Origin: null` with our own forms, which auth would refuse
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def csp_nonce() -> str:
    """The nonce of this answer. A page that is kept in a cache must not use it: its nonce would be old."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _policy() -> str:
    nonce = g.get("csp_nonce")
    return _POLICY.format(nonce=f" 'nonce-{nonce}'") if nonce else _WITHOUT_NONCE


def _default_cache(response: Response) -> None:
    """Private unless a view said otherwise: what a login or a key opened stays out of every cache."""
    if "Cache-Control" in response.headers:
        return
    private = "caller" in g or request.method not in ("GET", "HEAD")
    response.headers["Cache-Control"] = "private, no-store" if private else "no-cache"


def install(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer; a view may set its own before, for example a Content-Security-Policy."""
    always = dict(_ALWAYS)
    if https:
        always["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def dress(response: Response) -> Response:
        headers = response.headers
        for name, value in always.items():
            headers.setdefault(name, value)
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = _policy()
        _default_cache(response)
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce
